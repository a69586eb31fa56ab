//! Compound files (old Word, Excel, PowerPoint, Outlook, installers): sectors, their table, and a directory of streams.

use crate::inspection::Inspection;
use crate::kind::Kind;
use crate::source::Reader;
use crate::walk::End;

struct Compound {
    shift: u32,
    table: Vec<u32>,
}

struct Stream {
    name: String,
    start: u32,
    size: u64,
}

const FREE: u32 = 0xFFFF_FFFF;
/// Sector numbers from here on are marks.
const MARKS: u32 = 0xFFFF_FFFA;

impl Compound {
    fn open(reader: &mut Reader<'_>) -> Option<Self> {
        let shift = u32::from(reader.u16le(30)?);
        if !matches!(shift, 9 | 12) {
            return None;
        }
        let mut compound = Self { shift, table: Vec::new() };
        for slot in 0..109 {
            compound.table.push(reader.u32le(76 + 4 * slot)?);
        }
        // A large file's table goes on in sectors of its own.
        let (mut more, per_sector) = (reader.u32le(68)?, (1u64 << shift) / 4 - 1);
        for _ in 0..2000 {
            if more >= MARKS {
                break;
            }
            let at = compound.place(more);
            for slot in 0..per_sector {
                compound.table.push(reader.u32le(at + 4 * slot)?);
            }
            more = reader.u32le(at + 4 * per_sector)?;
        }
        compound.table.retain(|sector| *sector < MARKS);
        Some(compound)
    }

    fn place(&self, sector: u32) -> u64 {
        (u64::from(sector) + 1) << self.shift
    }

    fn next(&self, reader: &mut Reader<'_>, sector: u32) -> Option<u32> {
        let per_sector = (1u32 << self.shift) / 4;
        let table = *self.table.get((sector / per_sector) as usize)?;
        reader.u32le(self.place(table) + u64::from(sector % per_sector) * 4)
    }

    /// The sectors of a chain, at most `most` of them.
    fn chain(&self, reader: &mut Reader<'_>, first: u32, most: usize) -> Option<Vec<u32>> {
        let (mut sectors, mut sector) = (Vec::new(), first);
        while sector < MARKS {
            if sectors.len() == most {
                return Some(sectors);
            }
            sectors.push(sector);
            sector = self.next(reader, sector)?;
        }
        Some(sectors)
    }

    fn streams(&self, reader: &mut Reader<'_>) -> Option<Vec<Stream>> {
        let directory = reader.u32le(48)?;
        let mut streams = Vec::new();
        for sector in self.chain(reader, directory, 2048)? {
            for slot in 0..(1u64 << self.shift) / 128 {
                let entry: [u8; 128] = reader.array(self.place(sector) + slot * 128)?;
                let length = usize::from(u16::from_le_bytes([entry[64], entry[65]])).clamp(2, 64) - 2;
                if entry[66] == 0 {
                    continue;
                }
                let units: Vec<u16> = entry[..length]
                    .chunks_exact(2)
                    .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                    .collect();
                streams.push(Stream {
                    name: String::from_utf16_lossy(&units),
                    start: u32::from_le_bytes([entry[116], entry[117], entry[118], entry[119]]),
                    size: u64::from(u32::from_le_bytes([entry[120], entry[121], entry[122], entry[123]])),
                });
            }
        }
        Some(streams)
    }

    /// Where the last sector in use ends.
    fn end(&self, reader: &mut Reader<'_>) -> Option<u64> {
        let per_sector = (1usize << self.shift) / 4;
        let mut last = 0u64;
        for (number, table) in self.table.iter().enumerate() {
            let bytes = reader.some(self.place(*table), per_sector * 4);
            for (slot, entry) in bytes.chunks_exact(4).enumerate() {
                if entry != FREE.to_le_bytes() {
                    last = last.max((number * per_sector + slot) as u64);
                }
            }
        }
        Some((last + 2) << self.shift)
    }
}

/// What the compound file is, by its streams.
pub(crate) fn kind_of(reader: &mut Reader<'_>) -> Kind {
    let streams = Compound::open(reader).and_then(|compound| compound.streams(reader)).unwrap_or_default();
    kind_by_streams(&streams)
}

fn kind_by_streams(streams: &[Stream]) -> Kind {
    let has = |name: &str| streams.iter().any(|stream| stream.name == name);
    if has("WordDocument") {
        Kind::Doc
    } else if has("Workbook") || has("Book") {
        Kind::Xls
    } else if has("PowerPoint Document") {
        Kind::Ppt
    } else if has("__properties_version1.0") || has("__nameid_version1.0") {
        Kind::Msg
    } else if streams.iter().any(|stream| stream.name.starts_with('\u{4840}')) {
        // Installer tables have names in a packed alphabet that begins there.
        Kind::Msi
    } else {
        Kind::Ole
    }
}

pub(crate) fn walk(reader: &mut Reader<'_>, found: &mut Inspection) -> Option<End> {
    let Some(compound) = Compound::open(reader) else {
        found.malformed(30, "a header that cannot be read");
        return None;
    };
    let Some(streams) = compound.streams(reader).filter(|streams| !streams.is_empty()) else {
        found.malformed(48, "a directory that cannot be read");
        return None;
    };
    found.kind = kind_by_streams(&streams);
    found.metadata = streams.iter().any(|stream| stream.name == "\u{5}SummaryInformation");
    let has = |name: &str| streams.iter().any(|stream| stream.name.eq_ignore_ascii_case(name));
    if has("_VBA_PROJECT") || has("VBA") || has("_VBA_PROJECT_CUR") || has("Macros") {
        found.problem("office-macros", 0, "the document holds macros");
    }
    if has("EncryptedPackage") || has("EncryptedSummary") {
        found.problem("encrypted", 0, "the document needs a password");
    }
    if has("\u{1}Ole10Native") || has("Equation Native") || has("ObjectPool") && has("\u{1}Ole10ItemName") {
        found.problem("office-object", 0, "the document holds an embedded object");
    }
    if let Some(workbook) = streams.iter().find(|stream| stream.name == "Workbook" || stream.name == "Book") {
        sheets(reader, found, &compound, workbook);
    }
    if let Some(document) = streams.iter().find(|stream| stream.name == "WordDocument" && stream.size >= 4096)
        && reader.u16le(compound.place(document.start) + 10)? & 0x0100 != 0
    {
        found.problem("encrypted", 0, "the document needs a password");
    }
    let end = compound.end(reader)?;
    // Writers leave the last sector short.
    Some(End::At(if end > reader.size && end - reader.size < 1 << compound.shift {
        reader.size
    } else {
        end
    }))
}

/// Excel 4 macros live in sheets of their own kind; passwords in a record at the beginning.
fn sheets(
    reader: &mut Reader<'_>,
    found: &mut Inspection,
    compound: &Compound,
    workbook: &Stream,
) -> Option<()> {
    if workbook.size < 4096 {
        return None;
    }
    let mut bytes = Vec::new();
    let most = ((workbook.size >> compound.shift) + 1).min(1024);
    for sector in compound.chain(reader, workbook.start, usize::try_from(most).unwrap_or(1024))? {
        bytes.extend_from_slice(reader.some(compound.place(sector), 1 << compound.shift));
    }
    let mut at = 0;
    while let Some(header) = bytes.get(at..at + 4) {
        let (record, length) = (
            u16::from_le_bytes([header[0], header[1]]),
            usize::from(u16::from_le_bytes([header[2], header[3]])),
        );
        let data = bytes.get(at + 4..at + 4 + length)?;
        match record {
            0x85 if data.get(5) == Some(&1) => {
                found.problem("office-macros", 0, "the workbook holds a macro sheet")
            }
            0x85 if data.get(5) == Some(&6) => {
                found.problem("office-macros", 0, "the workbook holds a module")
            }
            0x2F => found.problem("encrypted", 0, "the workbook needs a password"),
            0x0A => return None,
            _ => {}
        }
        at += 4 + length;
    }
    Some(())
}
