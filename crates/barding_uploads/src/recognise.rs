//! The kind of a file by its first bytes, and by the few other places where formats put their names.

use crate::kind::Kind;
use crate::source::Reader;
use crate::text;

/// How much of the beginning is looked at.
pub(crate) const HEAD: usize = 4096;

/// The kind by its beginning alone. Containers (ZIP, OLE, MP4) are refined by their walkers.
pub(crate) fn recognise(reader: &mut Reader<'_>) -> Kind {
    if reader.size == 0 {
        return Kind::Empty;
    }
    let head = reader.some(0, HEAD).to_vec();
    if let Some(kind) = by_magic(&head) {
        return kind;
    }
    if reader.is(257, b"ustar") || looks_like_old_tar(&head) {
        return Kind::Tar;
    }
    // The mark of UTF-16 looks like the beginning of an MPEG frame.
    let wide = matches!(head[..], [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    if let Some(kind) = mpeg_audio(&head).filter(|_| !wide || text::recognise(&head, false).is_none()) {
        return kind;
    }
    if let Some(kind) = text::recognise(&head, reader.size > head.len() as u64) {
        return kind;
    }
    if reader.is(32769, b"CD001") {
        return Kind::Iso;
    }
    Kind::Unknown
}

fn by_magic(head: &[u8]) -> Option<Kind> {
    let at = |offset: usize, magic: &[u8]| head.get(offset..offset + magic.len()) == Some(magic);
    let kind = match head {
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Kind::Png,
        [0xFF, 0xD8, 0xFF, ..] => Kind::Jpeg,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Kind::Gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, rest @ ..] => match rest.get(..4) {
            Some(b"WEBP") => Kind::Webp,
            Some(b"WAVE") => Kind::Wav,
            Some(b"AVI ") => Kind::Avi,
            _ => return None,
        },
        [b'B', b'M', ..] if head.len() >= 26 && at(6, &[0, 0, 0, 0]) && head[15..18] == [0, 0, 0] => {
            Kind::Bmp
        }
        [b'I', b'I', 0x2A | 0x2B, 0, ..] | [b'M', b'M', 0, 0x2A | 0x2B, ..] => Kind::Tiff,
        [0, 0, 1, 0, count, 0, ..] if *count > 0 && at(9, &[0]) => Kind::Ico,
        [0, 0, 2, 0, count, 0, ..] if *count > 0 && at(9, &[0]) => Kind::Cur,
        [0, 0, 0, 0x0C, b'j', b'P', b' ', b' ', ..] => Kind::Jp2,
        [0, 0, 0, 0x0C, b'J', b'X', b'L', b' ', ..] | [0xFF, 0x0A, ..] => Kind::Jxl,
        [0xFF, 0x4F, 0xFF, 0x51, ..] => Kind::J2k,
        [b'8', b'B', b'P', b'S', 0, 1 | 2, ..] => Kind::Psd,
        [b'P', b'1'..=b'7', b' ' | b'\n' | b'\r' | b'\t', ..] => Kind::Pnm,
        [b'q', b'o', b'i', b'f', ..] => Kind::Qoi,
        [b'i', b'c', b'n', b's', ..] => Kind::Icns,
        [b'D', b'D', b'S', b' ', 124, 0, 0, 0, ..] => Kind::Dds,
        [0x0A, 0 | 2 | 3 | 4 | 5, 0 | 1, 1 | 2 | 4 | 8, ..] if head.len() > 68 && head[64] == 0 => Kind::Pcx,
        [0x01, 0xDA, 0 | 1, 1 | 2, 0, 1..=3, ..] => Kind::Sgi,
        [b'A', b'T', b'&', b'T', b'F', b'O', b'R', b'M', ..] => Kind::Djvu,
        [b'I', b'D', b'3', ..] => Kind::Mp3,
        [b'f', b'L', b'a', b'C', ..] => Kind::Flac,
        [b'O', b'g', b'g', b'S', 0, ..] => ogg(head),
        [b'F', b'O', b'R', b'M', ..] if at(8, b"AIFF") || at(8, b"AIFC") => Kind::Aiff,
        [b'#', b'!', b'A', b'M', b'R', ..] => Kind::Amr,
        [b'M', b'T', b'h', b'd', 0, 0, 0, ..] => Kind::Midi,
        [b'.', b's', b'n', b'd', ..] => Kind::Au,
        [b'c', b'a', b'f', b'f', 0, 1, ..] => Kind::Caf,
        [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => Kind::Wma,
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => iso_media(head),
        [0, 0, _, _, b'm', b'o', b'o', b'v', ..]
        | [_, _, _, _, b'm', b'd', b'a', b't', ..]
        | [0, 0, 0, _, b'w', b'i', b'd', b'e', ..] => Kind::Mov,
        [0x1A, 0x45, 0xDF, 0xA3, ..] => matroska(head),
        [b'F', b'L', b'V', 1, ..] => Kind::Flv,
        [0, 0, 1, 0xBA | 0xB3, ..] => Kind::Mpeg,
        [0x47, ..] if at(188, &[0x47]) && (at(376, &[0x47]) || head.len() <= 376) => Kind::MpegTs,
        [_, _, _, _, 0x47, ..] if at(196, &[0x47]) && at(388, &[0x47]) => Kind::MpegTs,
        [b'%', b'P', b'D', b'F', b'-', ..] => Kind::Pdf,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Kind::Zip,
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Kind::Ole,
        [b'{', b'\\', b'r', b't', ..] => Kind::Rtf,
        [0x1F, 0x8B, 8, ..] => Kind::Gzip,
        [b'B', b'Z', b'h', b'1'..=b'9', ..]
            if at(4, &[0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
                || at(4, &[0x17, 0x72, 0x45, 0x38, 0x50, 0x90]) =>
        {
            Kind::Bzip2
        }
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Kind::Xz,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Kind::Zstd,
        [0x04, 0x22, 0x4D, 0x18, ..] => Kind::Lz4,
        [b'L', b'Z', b'I', b'P', 1, ..] => Kind::Lzip,
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Kind::SevenZip,
        [b'R', b'a', b'r', b'!', 0x1A, 7, ..] => Kind::Rar,
        [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => Kind::Cab,
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', rest @ ..]
            if rest.starts_with(b"debian-binary") =>
        {
            Kind::Deb
        }
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => Kind::Ar,
        [b'0', b'7', b'0', b'7', b'0', b'1' | b'2' | b'7', ..] | [0xC7, 0x71, ..] => Kind::Cpio,
        [0x1F, 0x9D, ..] => Kind::Compress,
        [0xED, 0xAB, 0xEE, 0xDB, ..] => Kind::Rpm,
        [0, 1, 0, 0, 0, 1..=64, ..] | [b't', b'r', b'u', b'e', 0, 1..=64, ..]
            if head.len() > 28
                && head[12..16].iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') =>
        {
            Kind::Ttf
        }
        [b'O', b'T', b'T', b'O', 0, ..] => Kind::Otf,
        [b't', b't', b'c', b'f', 0, 1 | 2, ..] => Kind::Ttc,
        [b'w', b'O', b'F', b'F', ..] => Kind::Woff,
        [b'w', b'O', b'F', b'2', ..] => Kind::Woff2,
        _ if head.starts_with(b"SQLite format 3\0") => Kind::Sqlite,
        [b'P', b'A', b'R', b'1', ..] => Kind::Parquet,
        [0x89, b'H', b'D', b'F', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Kind::Hdf5,
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Kind::Npy,
        [b'F' | b'C' | b'Z', b'W', b'S', 1..=60, ..] => Kind::Swf,
        [b'%', b'!', b'P', b'S', ..] | [0xC5, 0xD0, 0xD3, 0xC6, ..] => Kind::PostScript,
        [0xD7, 0xCD, 0xC6, 0x9A, ..] | [1 | 2, 0, 9, 0, 0, 1 | 3, ..] => Kind::Wmf,
        [1, 0, 0, 0, ..] if at(40, b" EMF") => Kind::Wmf,
        _ if at(34, &[0x4C, 0x50])
            && (at(8, &[1, 0, 2, 0]) || at(8, &[2, 0, 2, 0]) || at(8, &[0, 0, 1, 0])) =>
        {
            Kind::Eot
        }
        [0, b'a', b's', b'm', _, 0, 0, 0, ..] => Kind::Wasm,
        [b'C', b'r', b'2', b'4', 2 | 3, 0, 0, 0, ..] => Kind::Extension,
        [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 1..=20, ..] => Kind::MachO,
        [0xCA, 0xFE, 0xBA, 0xBE, ..] => Kind::Class,
        [b'd', b'e', b'x', b'\n', b'0', ..] => Kind::Dex,
        [0x7F, b'E', b'L', b'F', ..] => Kind::Elf,
        [b'M', b'Z', ..]
            if head.len() >= 64
                || head.len() > 2
                    && !head[2..]
                        .iter()
                        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) =>
        {
            Kind::Pe
        }
        [0xFE, 0xED, 0xFA, 0xCE | 0xCF, ..] | [0xCE | 0xCF, 0xFA, 0xED, 0xFE, ..] => Kind::MachO,
        [0x4C, 0, 0, 0, 1, 0x14, 2, 0, ..] => Kind::Shortcut,
        [b'I', b'T', b'S', b'F', 3, ..] => Kind::Chm,
        [0xE4, 0x52, 0x5C, 0x7B, 0x8C, 0xD8, 0xA7, 0x4D, ..] => Kind::OneNote,
        _ if at(60, b"BOOKMOBI") || at(60, b"TEXtREAd") => Kind::Mobi,
        [0x80, 2..=5, ..] if pickle(head) => Kind::Pickle,
        [_, 0x0D, 0x0D, 0x0A, ..] if at(4, &[0, 0, 0, 0]) || at(4, &[1, 0, 0, 0]) || at(4, &[3, 0, 0, 0]) => {
            Kind::Bytecode
        }
        _ => return None,
    };
    Some(kind)
}

/// Protocols 4 and 5 begin with a frame; 2 and 3 with an opcode that makes something.
fn pickle(head: &[u8]) -> bool {
    match head.get(1) {
        Some(4 | 5) => head.get(2) == Some(&0x95) || head.last() == Some(&b'.'),
        _ => {
            head.get(2).is_some_and(|opcode| b"}]()cXKMJGUCNVq\x88\x89\x8a\x8b\x85\x86\x87".contains(opcode))
        }
    }
}

fn ogg(head: &[u8]) -> Kind {
    let segments = head.get(26).copied().unwrap_or(0) as usize;
    let packet = head.get(27 + segments..).unwrap_or_default();
    if packet.starts_with(b"OpusHead") {
        Kind::Opus
    } else if packet.starts_with(b"\x80theora")
        || packet.starts_with(b"BBCD")
        || packet.starts_with(b"fishead")
        || packet.starts_with(b"\x01video")
    {
        Kind::Ogv
    } else {
        Kind::Ogg
    }
}

fn matroska(head: &[u8]) -> Kind {
    // The document's type is among the first elements: 42 82, its length, its text.
    match memchr::memmem::find(&head[..head.len().min(128)], &[0x42, 0x82]) {
        Some(at) if head.get(at + 3..at + 7) == Some(b"webm") => Kind::Webm,
        _ => Kind::Mkv,
    }
}

fn iso_media(head: &[u8]) -> Kind {
    let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
    let brands = head.get(8..length.clamp(12, head.len().max(12))).unwrap_or(&head[8..]);
    let by_brand = |brand: &[u8]| match brand {
        b"avif" | b"avis" => Some(Kind::Avif),
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" => Some(Kind::Heic),
        b"qt  " => Some(Kind::Mov),
        b"M4A " | b"M4B " | b"F4A " | b"F4B " => Some(Kind::M4a),
        b"jp2 " => Some(Kind::Jp2),
        [b'3', b'g', b'p' | b'r' | b's' | b'e' | b'2', ..] => Some(Kind::ThreeGp),
        b"mif1" | b"msf1" => Some(Kind::Heic),
        _ => None,
    };
    let major = brands.get(..4).unwrap_or_default();
    // A general picture brand says no codec; the compatible ones do.
    if matches!(major, b"mif1" | b"msf1" | b"miaf") {
        let others = || brands.get(8..).unwrap_or_default().chunks_exact(4);
        return if others().any(|brand| brand == b"avif" || brand == b"avis") {
            Kind::Avif
        } else {
            Kind::Heic
        };
    }
    by_brand(major).unwrap_or(Kind::Mp4)
}

/// A tape archive without a magic word: a checksum over its first header that fits.
fn looks_like_old_tar(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else { return false };
    if block[0] == 0 || block[..100].iter().take_while(|byte| **byte != 0).any(|byte| *byte < 0x20) {
        return false;
    }
    tar_checksum(block).is_some_and(|(said, real)| said == real)
}

/// The checksum a header claims and the one it has.
pub(crate) fn tar_checksum(block: &[u8]) -> Option<(u64, u64)> {
    let said = octal(block.get(148..156)?)?;
    let real = block
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
        .sum();
    Some((said, real))
}

/// A number in octal digits, or in base 256 when its first bit is set.
pub(crate) fn octal(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|byte| byte & 0x80 != 0) {
        return field[1..]
            .iter()
            .try_fold(0u64, |value, byte| value.checked_mul(256)?.checked_add(u64::from(*byte)));
    }
    let text = std::str::from_utf8(field).ok()?;
    let text = text.trim_matches(['\0', ' ']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, 8).ok() }
}

/// MPEG audio without a tag, or AAC in ADTS: two frames in a row.
fn mpeg_audio(head: &[u8]) -> Option<Kind> {
    if head.len() < 4 || head[0] != 0xFF {
        return None;
    }
    if head[1] & 0xF6 == 0xF0 {
        let length = crate::walk::audio::adts_length(head)?;
        let next = head.get(length..length + 2);
        return (next.is_none() || next.is_some_and(|next| next[0] == 0xFF && next[1] & 0xF6 == 0xF0))
            .then_some(Kind::Aac);
    }
    let length = crate::walk::audio::mpeg_frame_length(head)?;
    let next = head.get(length..length + 2);
    (next.is_none() || next.is_some_and(|next| next[0] == 0xFF && next[1] & 0xE0 == 0xE0))
        .then_some(Kind::Mp3)
}
