//! Expands the generator forms in the detectors' examples, so that the data files hold no text with the shape of a secret.
//!
//! `{hex:32}` becomes 32 random hexadecimal digits, and so on; `{}` becomes nothing and breaks up fixed words. Other braces
//! stay. The randomness is seeded, so a failing example fails always.

use crate::checksum::{base62, crc32};

pub(crate) fn expand(example: &str, seed: u64) -> String {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut out = String::new();
    let mut rest = example;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        match after.find('}').and_then(|end| Some((end, form(&after[1..end], &mut random)?))) {
            Some((end, text)) => {
                out.push_str(&text);
                rest = &after[end + 1..];
            }
            None => {
                out.push('{');
                rest = &after[1..];
            }
        }
    }
    out + rest
}

fn form(form: &str, random: &mut Random) -> Option<String> {
    const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
    const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const DIGITS: &str = "0123456789";
    if form.is_empty() {
        return Some(String::new());
    }
    let (word, count) = form.split_once(':').unwrap_or((form, "1"));
    let count: usize = count.parse().ok()?;
    let alnum = format!("{DIGITS}{LOWER}{UPPER}");
    Some(match word {
        "hex" => random.text("0123456789abcdef", count),
        "HEX" => random.text("0123456789ABCDEF", count),
        "num" => format!(
            "{}{}",
            random.text("123456789", count.min(1)),
            random.text(DIGITS, count.saturating_sub(1))
        ),
        "b62" => random.with_digit(&alnum, count),
        "low" => random.with_digit(&format!("{LOWER}{DIGITS}"), count),
        "up" => random.with_digit(&format!("{UPPER}{DIGITS}"), count),
        "alpha" => random.text(&format!("{LOWER}{UPPER}"), count),
        "b32" => random.text(&format!("{UPPER}234567"), count),
        "b32l" => random.text(&format!("{LOWER}234567"), count),
        "bech32" => random.text("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", count),
        "b64" => random.ended(&format!("{alnum}+/"), &alnum, count),
        "url" => random.ended(&format!("{alnum}_-"), &alnum, count),
        "django" => random.ended("abcdefghijklmnopqrstuvwxyz0123456789!@#^&*(-_=+)", LOWER, count),
        "uuid" | "uuid4" => {
            let hex = |n, random: &mut Random| random.text("0123456789abcdef", n);
            let (a, b, c, d, e) =
                (hex(8, random), hex(4, random), hex(3, random), hex(3, random), hex(12, random));
            format!("{a}-{b}-4{c}-a{d}-{e}")
        }
        "UUID" => form_uuid(random).to_uppercase(),
        "github" => {
            let body = random.with_digit(&alnum, 30);
            let sum = base62(crc32(body.as_bytes()));
            format!("{body}{}", String::from_utf8_lossy(&sum))
        }
        "pem" => (0..count).map(|_| random.text(&format!("{alnum}+/"), 64) + "\n").collect(),
        "basic" => base64(&format!("maria:{}", random.with_digit(&alnum, count))),
        "jwt" => {
            let header = base64(r#"{"alg":"HS256","typ":"JWT"}"#).replace('=', "");
            let payload = base64(&format!(
                r#"{{"user_id":{},"jti":"{}"}}"#,
                random.next() % 9000,
                random.text(&alnum, 20)
            ));
            format!(
                "{header}.{}.{}",
                payload.replace('=', ""),
                random.ended(&format!("{alnum}_-"), &alnum, count)
            )
        }
        _ => return None,
    })
}

fn form_uuid(random: &mut Random) -> String {
    form("uuid", random).expect("the form above")
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            out.push(if place <= chunk.len() { DIGITS[digit as usize] as char } else { '=' });
        }
    }
    out
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize
    }

    fn text(&mut self, alphabet: &str, count: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..count).map(|_| letters[self.next() % letters.len()] as char).collect()
    }

    /// Random text with at least one digit and one letter, as nearly every real token of that length has.
    fn with_digit(&mut self, alphabet: &str, count: usize) -> String {
        loop {
            let text = self.text(alphabet, count);
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            if count < 4 || (digits > 0 && digits < count) {
                return text;
            }
        }
    }

    fn ended(&mut self, alphabet: &str, ends: &str, count: usize) -> String {
        if count < 2 {
            return self.text(ends, count);
        }
        format!("{}{}{}", self.text(ends, 1), self.text(alphabet, count - 2), self.text(ends, 1))
    }
}
