//! Walkers: one per format, each follows its structure from the first byte to the last.
//!
//! A walker says where its format ends. What comes after that end, and what a walk cannot see because it looks at one format
//! only, is checked here for all of them.

pub(crate) mod archive;
pub(crate) mod audio;
pub(crate) mod container;
pub(crate) mod font;
pub(crate) mod gzip;
pub(crate) mod image;
pub(crate) mod jpeg;
pub(crate) mod ole;
pub(crate) mod pdf;
pub(crate) mod png;
pub(crate) mod tiff;
pub(crate) mod zip;

use crate::inspection::{Inspection, Limits};
use crate::kind::{Family, Kind};
use crate::markup;
use crate::recognise;
use crate::source::Reader;
use crate::text;

/// What a walker learnt about the end of its format.
pub(crate) enum End {
    /// The format ends here; what follows does not belong to it.
    At(u64),
    /// The format fills the file by definition, or its own walker has looked at the end.
    Whole,
    /// The format has no end that could be found by looking.
    Open,
}

/// Recognises and walks. `depth` counts the archives around this one.
pub(crate) fn inspect(reader: &mut Reader<'_>, limits: &Limits, depth: u32) -> Inspection {
    let kind = recognise::recognise(reader);
    let mut found = Inspection::new(kind);
    let end = walk(reader, &mut found, limits, depth);
    match end {
        Some(End::At(end)) => {
            found.walked = true;
            trailing(reader, &mut found, end);
        }
        Some(End::Whole) => found.walked = true,
        Some(End::Open) => {}
        None => {
            // The walker ran out of bytes, or met something its format does not allow.
            found.walked = true;
            if found.problems.is_empty() {
                found.problem("truncated", reader.size, "the file ends in the middle of its structure");
            }
        }
    }
    general(reader, &mut found);
    found
}

fn walk(reader: &mut Reader<'_>, found: &mut Inspection, limits: &Limits, depth: u32) -> Option<End> {
    match found.kind {
        Kind::Png => png::walk(reader, found, limits),
        Kind::Jpeg => jpeg::walk(reader, found, limits),
        Kind::Gif => image::gif(reader, found, limits),
        Kind::Webp => container::webp(reader, found, limits),
        Kind::Wav | Kind::Avi => container::riff(reader, found),
        Kind::Aiff => container::aiff(reader, found),
        Kind::Bmp => image::bmp(reader, found, limits),
        Kind::Ico | Kind::Cur => image::ico(reader, found, limits),
        Kind::Tiff => tiff::walk(reader, found, limits),
        Kind::Psd => image::psd(reader, found, limits),
        Kind::Pnm => image::pnm(reader, found, limits),
        Kind::Qoi => image::qoi(reader, found, limits),
        Kind::Icns => image::icns(reader, found),
        Kind::Dds => image::dds(reader, found, limits),
        Kind::Pcx => image::pcx(reader, found, limits),
        Kind::Sgi => image::sgi(reader, found, limits),
        Kind::J2k => image::j2k(reader, found, limits, 0),
        Kind::Avif
        | Kind::Heic
        | Kind::Jp2
        | Kind::Jxl
        | Kind::Mp4
        | Kind::M4a
        | Kind::Mov
        | Kind::ThreeGp => container::iso_media(reader, found, limits),
        Kind::Webm | Kind::Mkv => container::matroska(reader, found),
        Kind::Flv => container::flv(reader, found),
        Kind::Wma => container::asf(reader, found),
        Kind::Midi => container::midi(reader, found),
        Kind::Djvu => container::djvu(reader, found),
        Kind::Caf => container::caf(reader, found),
        Kind::Mp3 => audio::mp3(reader, found),
        Kind::Aac => audio::aac(reader, found),
        Kind::Flac => audio::flac(reader, found),
        Kind::Ogg | Kind::Opus | Kind::Ogv => audio::ogg(reader, found),
        Kind::Amr => audio::amr(reader, found),
        Kind::Au => audio::au(reader, found),
        Kind::MpegTs => audio::mpeg_ts(reader, found),
        Kind::Mpeg => audio::mpeg(reader, found),
        Kind::Ttf | Kind::Otf | Kind::Ttc => font::sfnt(reader, found),
        Kind::Woff | Kind::Woff2 => font::woff(reader, found),
        Kind::Pdf => pdf::walk(reader, found, limits),
        Kind::Zip => zip::walk(reader, found, limits, depth),
        Kind::Ole => ole::walk(reader, found),
        Kind::Rtf => text::rtf(reader, found),
        Kind::Tar => archive::tar(reader, found, limits),
        Kind::Gzip => gzip::walk(reader, found, limits, depth),
        Kind::Xz => archive::xz(reader, found, limits),
        Kind::Zstd => archive::zstd(reader, found, limits),
        Kind::Bzip2
        | Kind::Lz4
        | Kind::Lzip
        | Kind::Rar
        | Kind::Cab
        | Kind::Iso
        | Kind::Ar
        | Kind::Cpio
        | Kind::Compress => {
            found.problem(
                "archive-opaque",
                0,
                format!("what is inside {} cannot be looked at", found.kind.title()),
            );
            Some(End::Open)
        }
        Kind::SevenZip => archive::seven_zip(reader, found),
        Kind::Sqlite => archive::sqlite(reader, found),
        Kind::Parquet => archive::parquet(reader, found),
        Kind::Npy => archive::npy(reader, found),
        Kind::Mobi => archive::mobi(reader, found),
        kind if kind.family() == Family::Text || matches!(kind, Kind::Svg | Kind::Xml | Kind::Html) => {
            text::walk(reader, found)
        }
        _ => Some(End::Open),
    }
}

/// What comes after the end of a format does not belong to it.
fn trailing(reader: &mut Reader<'_>, found: &mut Inspection, end: u64) {
    if end > reader.size {
        found.problem("truncated", reader.size, "the file ends before its structure does");
        return;
    }
    if end == reader.size || only_padding(reader, end) {
        return;
    }
    let head = reader.some(end, recognise::HEAD).to_vec();
    let kind = crate::recognise_head(&head);
    let detail = if matches!(kind, Kind::Unknown | Kind::Empty | Kind::Text) {
        format!("{} bytes follow the end of {}", reader.size - end, found.kind.title())
    } else {
        format!("{} follows the end of {}", kind.title(), found.kind.title())
    };
    found.problem("trailing-data", end, detail);
}

/// Cameras and tools pad with zeros, transfers in text mode add an end of line.
fn only_padding(reader: &mut Reader<'_>, end: u64) -> bool {
    let mut at = end;
    if reader.size - end <= 2 && reader.some(end, 2).iter().all(|byte| matches!(byte, 0 | b'\n' | b'\r')) {
        return true;
    }
    if reader.size - end > 1 << 16 {
        return false;
    }
    while at < reader.size {
        let chunk = reader.chunk(at);
        if chunk.is_empty() || chunk.iter().any(|byte| *byte != 0) {
            return false;
        }
        at += chunk.len() as u64;
    }
    true
}

/// What no single walker sees: a second format in the same bytes, and programs hidden in media.
fn general(reader: &mut Reader<'_>, found: &mut Inspection) {
    let family = found.kind.family();
    let zip_like = matches!(
        found.kind,
        Kind::Zip
            | Kind::Docx
            | Kind::Xlsx
            | Kind::Pptx
            | Kind::OfficeMacro
            | Kind::Visio
            | Kind::Xps
            | Kind::Odt
            | Kind::Ods
            | Kind::Odp
            | Kind::Odg
            | Kind::Epub
            | Kind::Jar
            | Kind::Apk
            | Kind::Wheel
            | Kind::Extension
    );
    // An archive of archives has the directory of its last stored entry near its end, and Iso, Tar and Ar hold files as they are.
    let holds_files = matches!(
        found.kind,
        Kind::Tar | Kind::Ar | Kind::Iso | Kind::Cpio | Kind::SevenZip | Kind::Rar | Kind::Cab | Kind::Deb
    );
    if !zip_like
        && !holds_files
        && let Some(at) = zip::directory_end(reader)
    {
        found.problem("polyglot", at, format!("{} is a ZIP archive as well", found.kind.title()));
    }
    if found.kind != Kind::Pdf
        && matches!(
            family,
            Family::Image | Family::Audio | Family::Video | Family::Font | Family::Text | Family::Archive
        )
    {
        let head = reader.some(0, 1024);
        if let Some(at) = memchr::memmem::find(head, b"%PDF-") {
            // A text may talk about PDF; what readers take for one has a version and objects.
            let rest = &head[at..];
            if rest.get(5).is_some_and(u8::is_ascii_digit) && (family != Family::Text || at == 0) {
                found.problem(
                    "polyglot",
                    at as u64,
                    format!("{} is a PDF document as well", found.kind.title()),
                );
            }
        }
    }
    if matches!(family, Family::Image | Family::Audio | Family::Video | Family::Font) {
        markup::scan_media(reader, found);
    }
    if found.kind == Kind::Pdf {
        markup::scan_beginning(reader, found);
    }
}
