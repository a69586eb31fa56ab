//! Certificates in files: PEM bundles, or one certificate in DER.

use super::der::{Reader, SEQUENCE};

/// The certificates of a PEM bundle in their order, or the one of a DER file. Private keys and other blocks are passed
/// over. At most 1,000.
pub fn certificates(file: &[u8]) -> Vec<Vec<u8>> {
    if file.first() == Some(&SEQUENCE)
        && let Some(element) = Reader(file).next()
    {
        return vec![element.whole.to_vec()];
    }
    let text = String::from_utf8_lossy(file);
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines().map(str::trim) {
        if is_edge(line, "BEGIN") {
            block = Some(String::new());
        } else if is_edge(line, "END") {
            found.extend(block.take().and_then(|text| decode(&text)));
        } else if let Some(block) = &mut block {
            block.push_str(line);
        }
        if found.len() == 1000 {
            break;
        }
    }
    found
}

fn is_edge(line: &str, word: &str) -> bool {
    let name = line.strip_prefix("-----").and_then(|line| line.strip_prefix(word));
    let name = name.and_then(|line| line.strip_suffix("-----")).map(str::trim);
    matches!(name, Some("CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE"))
}

/// Base64 with the usual letters; `None` when another letter is in it.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0);
    for letter in text.bytes().filter(|letter| !letter.is_ascii_whitespace()) {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn blocks_of_a_bundle_are_read_in_order_and_keys_passed_over() {
        let file = b"text before\n-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\r\n\
            -----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n\
            -----BEGIN CERTIFICATE-----\nBAU=\n-----END CERTIFICATE-----\n";
        assert_eq!(certificates(file), [vec![1, 2, 3], vec![4, 5]]);
        assert_eq!(certificates(&[0x30, 1, 0, 9]), [vec![0x30, 1, 0]]);
        assert!(certificates(b"-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----").is_empty());
    }

    proptest! {
        #[test]
        fn any_file_is_read(file in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = certificates(&file);
        }
    }
}
