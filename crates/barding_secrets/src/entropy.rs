//! How random a text looks, measured against its own alphabet.

/// Shannon entropy in bits per byte.
pub(crate) fn bits_per_byte(text: &[u8]) -> f32 {
    if text.is_empty() {
        return 0.0;
    }
    let mut counts = [0_u32; 256];
    for byte in text {
        counts[usize::from(*byte)] += 1;
    }
    let length = text.len() as f32;
    let sum: f32 =
        counts.iter().filter(|count| **count > 0).map(|count| *count as f32).map(|n| n * n.log2()).sum();
    length.log2() - sum / length
}

/// The alphabets that keys are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    Digits,
    Hex,
    Letters,
    Alphanumeric,
    Printable,
}

pub(crate) fn alphabet(text: &[u8]) -> Alphabet {
    if text.iter().all(u8::is_ascii_digit) {
        Alphabet::Digits
    } else if is_hex(text) {
        Alphabet::Hex
    } else if text.iter().all(u8::is_ascii_alphabetic) {
        Alphabet::Letters
    } else if text.iter().all(u8::is_ascii_alphanumeric) {
        Alphabet::Alphanumeric
    } else {
        Alphabet::Printable
    }
}

/// Hexadecimal digits in one case.
fn is_hex(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        || text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
}

/// Whether the text is as varied as a random one of its length and alphabet would be, with some slack: a random text of `n`
/// characters over `a` letters has about `log2(min(n, a))` bits, a little less when `n` is near `a`.
pub(crate) fn looks_random(text: &[u8]) -> bool {
    let size: f32 = match alphabet(text) {
        Alphabet::Digits => 10.0,
        Alphabet::Hex => 16.0,
        Alphabet::Letters => 52.0,
        Alphabet::Alphanumeric => 62.0,
        Alphabet::Printable => 70.0,
    };
    let most = size.min(text.len() as f32).log2();
    bits_per_byte(text) >= most * 0.78
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_texts_pass_and_words_do_not() {
        assert!(looks_random(b"9f86d081884c7d659a2feaa0c55ad015"));
        assert!(looks_random(b"k3J9x0QmZp7TtRw2LbVn"));
        assert!(!looks_random(b"aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb"));
        assert!(!looks_random(b"00000000000000000000000000000001"));
    }
}
