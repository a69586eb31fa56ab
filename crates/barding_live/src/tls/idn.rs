//! Host names with letters beyond ASCII, as they go over the wire (`xn--…`, RFC 3492).

/// The name in lower-case ASCII. A label that cannot be encoded stays as it is, and no certificate will match it.
pub fn to_ascii(host: &str) -> String {
    let full_stops = ['\u{3002}', '\u{FF0E}', '\u{FF61}'];
    let labels: Vec<String> = host.replace(full_stops, ".").split('.').map(label).collect();
    labels.join(".")
}

fn label(label: &str) -> String {
    let lower = label.to_lowercase();
    if lower.is_ascii() {
        return lower;
    }
    punycode(&lower).map_or(lower, |encoded| format!("xn--{encoded}"))
}

fn punycode(label: &str) -> Option<String> {
    let letters: Vec<u32> = label.chars().map(u32::from).collect();
    if letters.len() > 63 {
        return None;
    }
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    let mut done = basic;
    if basic > 0 {
        out.push('-');
    }
    let (mut next, mut delta, mut bias) = (128u32, 0u32, 72u32);
    while (done as usize) < letters.len() {
        let least = letters.iter().copied().filter(|letter| *letter >= next).min()?;
        delta = delta.checked_add((least - next).checked_mul(done + 1)?)?;
        next = least;
        for letter in &letters {
            if *letter < next {
                delta = delta.checked_add(1)?;
            }
            if *letter != next {
                continue;
            }
            let mut rest = delta;
            for base in (36..).step_by(36) {
                let threshold = u32::clamp(u32::saturating_sub(base, bias), 1, 26);
                if rest < threshold {
                    break;
                }
                out.push(digit(threshold + (rest - threshold) % (36 - threshold)));
                rest = (rest - threshold) / (36 - threshold);
            }
            out.push(digit(rest));
            bias = adapted(delta, done + 1, done == basic);
            delta = 0;
            done += 1;
        }
        delta += 1;
        next += 1;
    }
    Some(out)
}

fn digit(value: u32) -> char {
    char::from(if value < 26 { b'a' + value as u8 } else { b'0' + (value - 26) as u8 })
}

fn adapted(delta: u32, count: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut bias = 0;
    while delta > 455 {
        delta /= 35;
        bias += 36;
    }
    bias + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_as_registries_write_them() {
        assert_eq!(to_ascii("Shop.Example"), "shop.example");
        assert_eq!(to_ascii("bücher.example"), "xn--bcher-kva.example");
        assert_eq!(to_ascii("пример.example"), "xn--e1afmkfd.example");
        assert_eq!(to_ascii("例え。テスト"), "xn--r8jz45g.xn--zckzah");
    }

    proptest! {
        #[test]
        fn any_name_is_encoded_or_left(name in "\\PC{0,80}") {
            let _ = to_ascii(&name);
        }
    }
}
