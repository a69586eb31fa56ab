//! Fonts: tables at places a directory names.

use crate::inspection::Inspection;
use crate::kind::Kind;
use crate::source::Reader;
use crate::walk::End;

pub(crate) fn sfnt(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let fonts: Vec<u64> = if found.kind == Kind::Ttc {
        let count = u64::from(reader.u32be(8)?);
        if count == 0 || count > 1000 {
            found.malformed(8, "an impossible number of fonts");
            return None;
        }
        (0..count).map(|number| reader.u32be(12 + 4 * number).map(u64::from)).collect::<Option<_>>()?
    } else {
        vec![0]
    };
    let mut end = 12;
    for font in fonts {
        let tables = u64::from(reader.u16be(font + 4)?);
        if tables == 0 || tables > 200 {
            found.malformed(font, "an impossible number of tables");
            return None;
        }
        end = end.max(font + 12 + 16 * tables);
        let mut names = Vec::new();
        for number in 0..tables {
            let entry = font + 12 + 16 * number;
            let name: [u8; 4] = reader.array(entry)?;
            let (from, length) = (u64::from(reader.u32be(entry + 8)?), u64::from(reader.u32be(entry + 12)?));
            if from + length > reader.size || !name.iter().all(|byte| (0x20..0x7F).contains(byte)) {
                found.malformed(entry, "a table outside of the file");
                return None;
            }
            end = end.max((from + length).next_multiple_of(4));
            names.push(name);
        }
        if !names.contains(b"head") && !names.contains(b"bhed")
            || !names.contains(b"name") && !names.contains(b"cmap")
        {
            found.malformed(font, "a font without its tables");
        }
    }
    // A signature may follow the tables of a collection.
    Some(End::At(if end > reader.size { reader.size } else { end }))
}

pub(crate) fn woff(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let (length, tables, unpacked) =
        (u64::from(reader.u32be(8)?), reader.u16be(12)?, u64::from(reader.u32be(16)?));
    if tables == 0 || tables > 200 {
        found.malformed(12, "an impossible number of tables");
        return None;
    }
    if unpacked > 64 << 20 {
        found.problem("archive-size", 16, format!("{unpacked} bytes after unpacking"));
    }
    found.unpacked = Some(unpacked);
    if found.kind == Kind::Woff {
        for number in 0..u64::from(tables) {
            let entry = 44 + 20 * number;
            if u64::from(reader.u32be(entry + 4)?) + u64::from(reader.u32be(entry + 8)?) > length {
                found.malformed(entry, "a table outside of the file");
                return None;
            }
        }
    }
    Some(End::At(length))
}
