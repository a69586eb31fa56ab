//! What must hold for every file and every name, tried with files that nobody would think of.

use barding_uploads::{
    Buffered, Inspection, Limits, inspect, name_problems, neutralise_csv, recognise_head, safe_name,
    sanitise_svg, strip_metadata,
};
use proptest::prelude::*;

/// How files begin; what follows is up to chance.
const BEGINNINGS: [&[u8]; 28] = [
    b"",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    b"\xff\xd8\xff\xe1",
    b"GIF89a",
    b"RIFF\x40\0\0\0WEBPVP8X",
    b"RIFF\x40\0\0\0WAVEfmt ",
    b"BM",
    b"II*\0\x08\0\0\0",
    b"MM\0*\0\0\0\x08",
    b"\0\0\0\x18ftypavif",
    b"\0\0\0\x18ftypisom",
    b"\0\0\x01\0\x01\0",
    b"%PDF-1.7\n1 0 obj\n<<",
    b"PK\x03\x04\x14\0\0\0\x08\0",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"{\\rtf1",
    b"\x1f\x8b\x08\0",
    b"OggS\0\x02",
    b"fLaC\0\0\0\x22",
    b"ID3\x04\0\0",
    b"\x1a\x45\xdf\xa3",
    b"wOFF",
    b"<?xml version='1.0'?>",
    b"<svg xmlns='http://www.w3.org/2000/svg'>",
    b"a,b\n=1,2\n",
    b"SQLite format 3\0",
];

fn files() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        // Lengths and counts are small numbers and very large ones.
        prop::collection::vec(prop::sample::select(vec![0_u8, 1, 2, 4, 0x7f, 0x80, 0xff]), 0..60),
        prop::sample::select(BEGINNINGS.to_vec()).prop_map(<[u8]>::to_vec),
        prop::sample::select(vec![
            "IEND",
            "IDAT",
            "endobj",
            "stream\n",
            "<script>",
            "mdat",
            "Exif\0\0",
            "PK\x01\x02"
        ])
        .prop_map(|word| word.as_bytes().to_vec()),
    ];
    (prop::sample::select(BEGINNINGS.to_vec()), prop::collection::vec(part, 0..6))
        .prop_map(|(beginning, parts)| [beginning.to_vec(), parts.concat()].concat())
}

/// Texts with what is dangerous in them more often than chance would have it.
fn texts(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![prop::sample::select(words).prop_map(str::to_string), ".{0,6}"], 0..20)
        .prop_map(|parts| parts.concat())
}

fn look(mut bytes: &[u8]) -> Inspection {
    inspect(&mut bytes, &Limits::default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_windows_give_the_same_answer(bytes in files()) {
        let whole = look(&bytes);
        let mut windows = Buffered::new(bytes.len() as u64, |at, buffer: &mut [u8]| {
            let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            count
        });
        prop_assert_eq!(format!("{:?}", inspect(&mut windows, &Limits::default())), format!("{whole:?}"));
        prop_assert!(whole.problems.len() <= 40);
    }

    #[test]
    fn a_file_that_shrinks_while_it_is_read_harms_nobody(bytes in files(), promised in 0_u64..100_000) {
        let mut source = Buffered::new(promised, |at, buffer: &mut [u8]| {
            let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            count
        });
        inspect(&mut source, &Limits::default());
    }

    #[test]
    fn what_was_stripped_has_nothing_left_to_strip(bytes in files()) {
        if let Some(stripped) = strip_metadata(&bytes) {
            prop_assert_eq!(recognise_head(&stripped.bytes), recognise_head(&bytes));
            prop_assert!(stripped.bytes.len() <= bytes.len() + 64, "only the orientation is added");
            let again = strip_metadata(&stripped.bytes);
            prop_assert_eq!(again.map(|again| again.bytes), Some(stripped.bytes));
        }
    }

    #[test]
    fn a_safe_name_is_safe(
        name in texts(&[".php", ".jpg", "..", "/", "\\", ":", "CON", "\u{202e}", "\u{200b}", "\0", " ", "%2e", "ｐｈｐ", ".tar.gz", "\u{0430}", "\u{0301}", "_"]),
        longest in 24_usize..300,
    ) {
        let safe = safe_name(&name, longest);
        prop_assert!(!safe.is_empty() && safe.len() <= longest, "{:?}", safe);
        prop_assert_eq!(&safe_name(&safe, longest), &safe);
        // A second extension is for the policy to judge: it does not go away by renaming.
        let left: Vec<_> = name_problems(&safe).into_iter()
            .filter(|problem| !matches!(problem.code, "name-double-extension" | "name-configuration" | "name-confusable"))
            .collect();
        prop_assert_eq!(left, vec![], "{:?} from {:?}", safe, name);
    }

    #[test]
    fn a_neutral_table_has_no_formula(
        text in texts(&["=", "+", "-", "@", "\t", "\r", "\n", ",", ";", "\"", "=cmd|' /C calc'!A0", "1", "a", "-1", "|", " ", "＝"]),
    ) {
        let clean = neutralise_csv(&text);
        prop_assert!(!look(clean.as_bytes()).problems.iter().any(|problem| problem.code == "csv-formula"), "{:?}", clean);
        prop_assert_eq!(neutralise_csv(&clean), clean);
    }

    #[test]
    fn a_sanitised_drawing_has_nothing_active(
        inside in texts(&["<g>", "</g>", "<script>", "</script>", "<rect ", "/>", " onload='x()'", " href='javascript:x'", " xlink:href='#a'", "<use href='//x'/>", "<!--", "-->", "<![CDATA[", "]]>", "&#106;", "&lt;", "<style>", "</style>", "<foreignObject>", "</foreignObject>", ">", "'", "\""]),
    ) {
        if let Some(clean) = sanitise_svg(&format!("<svg xmlns='http://www.w3.org/2000/svg'>{inside}</svg>")) {
            let again = sanitise_svg(&clean);
            prop_assert_eq!(again.as_deref(), Some(clean.as_str()));
            prop_assert!(!look(clean.as_bytes()).problems.iter().any(|problem| problem.code == "svg-active"), "{:?}", clean);
        }
    }
}
