//! Archives that are broken, too large or meant to hurt.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use barding_deps::advisories::archive::{ArchiveError, read};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const RECORD: &str = r#"{"id":"PYSEC-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI",
    "name":"x"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0"}]}]}]}"#;

fn archive(entries: &[(&str, &[u8])]) -> Cursor<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    let mut written = writer.finish().unwrap();
    written.set_position(0);
    written
}

#[test]
fn a_sound_archive_is_read() {
    let mut heard = 0;
    let records =
        read(archive(&[("PYSEC-1.json", RECORD.as_bytes()), ("README", b"x")]), |_, _| heard += 1).unwrap();
    assert_eq!((records.len(), heard), (1, 1));
}

#[test]
fn one_broken_record_refuses_the_whole() {
    let broken = archive(&[("PYSEC-1.json", RECORD.as_bytes()), ("PYSEC-2.json", b"{")]);
    assert!(
        matches!(read(broken, |_, _| {}), Err(ArchiveError::BrokenRecord(name, _)) if name == "PYSEC-2.json")
    );
    assert!(matches!(read(archive(&[]), |_, _| {}), Err(ArchiveError::Empty)));
    assert!(matches!(read(Cursor::new(b"no zip".to_vec()), |_, _| {}), Err(ArchiveError::NotAnArchive(_))));
}

#[test]
fn names_that_lead_out_are_refused() {
    for name in ["../../evil.json", "/etc/evil.json", "a/../../b.json", "C:\\evil.json", "..\\evil.json"] {
        let result = read(archive(&[(name, RECORD.as_bytes())]), |_, _| {});
        assert!(matches!(result, Err(ArchiveError::Escapes(_))), "{name}: {result:?}");
    }
}

#[test]
fn bombs_are_refused() {
    let zeros = vec![b' '; 20_000_000];
    let result = read(archive(&[("bomb.json", &zeros)]), |_, _| {});
    assert!(matches!(result, Err(ArchiveError::TooLarge(_))), "{result:?}");
}

#[test]
fn a_cut_archive_is_refused() {
    let whole = archive(&[("PYSEC-1.json", RECORD.as_bytes())]).into_inner();
    for length in 0..whole.len() {
        assert!(read(Cursor::new(whole[..length].to_vec()), |_, _| {}).is_err(), "{length} bytes");
    }
}
