//! HPACK (RFC 7541): header lists of HTTP/2, read within bounds and written in the plainest way.

use std::collections::VecDeque;

/// The static table, from index 1.
const STATIC: [(&str, &str); 61] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
];

/// How many bits the code of each byte has; the code is canonical, so the lengths tell it. The last is the end mark.
const BITS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28,
    28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6,
    6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7,
    8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7,
    15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24,
    23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23,
    23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26,
    26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20,
    21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27,
    27, 27, 26, 30,
];

/// The size of the dynamic table that we allow, in the bytes of RFC 7541.
const TABLE: usize = 4096;
/// All names and values of one list together.
const LIST: usize = 2 << 20;

/// Reads header lists of one connection.
#[derive(Debug)]
pub(super) struct Decoder {
    table: VecDeque<(Vec<u8>, Vec<u8>)>,
    size: usize,
    limit: usize,
    /// For each length of a code: the first code, and where its bytes begin in `symbols`.
    first: [(u32, usize, usize); 31],
    symbols: Vec<u16>,
}

impl Decoder {
    pub(super) fn new() -> Self {
        let mut symbols: Vec<u16> = (0..257).collect();
        symbols.sort_by_key(|symbol| (BITS[usize::from(*symbol)], *symbol));
        let mut first = [(0, 0, 0); 31];
        let (mut code, mut at) = (0u32, 0);
        for (bits, entry) in first.iter_mut().enumerate() {
            code <<= 1;
            let count =
                symbols.iter().filter(|symbol| usize::from(BITS[usize::from(**symbol)]) == bits).count();
            *entry = (code, at, count);
            code += count as u32;
            at += count;
        }
        Self { table: VecDeque::new(), size: 0, limit: TABLE, first, symbols }
    }

    /// The names and values of a list; `None` when it is not well formed or too long.
    pub(super) fn decode(&mut self, mut block: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let mut list = Vec::new();
        let mut total = 0;
        while let Some(&byte) = block.first() {
            let field = if byte & 0x80 != 0 {
                let index = integer(&mut block, 7)?;
                self.entry(index)?
            } else if byte & 0xC0 == 0x40 {
                let field = self.literal(&mut block, 6)?;
                self.insert(field.clone());
                field
            } else if byte & 0xE0 == 0x20 {
                let size = integer(&mut block, 5)?;
                if size > TABLE {
                    return None;
                }
                self.limit = size;
                self.evict();
                continue;
            } else {
                self.literal(&mut block, 4)?
            };
            total += field.0.len() + field.1.len() + 32;
            if total > LIST {
                return None;
            }
            list.push(field);
        }
        Some(list)
    }

    fn literal(&self, block: &mut &[u8], bits: u8) -> Option<(Vec<u8>, Vec<u8>)> {
        let index = integer(block, bits)?;
        let name = if index == 0 { self.string(block)? } else { self.entry(index)?.0 };
        Some((name, self.string(block)?))
    }

    fn entry(&self, index: usize) -> Option<(Vec<u8>, Vec<u8>)> {
        let at = index.checked_sub(1)?;
        match STATIC.get(at) {
            Some((name, value)) => Some((name.as_bytes().to_vec(), value.as_bytes().to_vec())),
            None => self.table.get(at - STATIC.len()).cloned(),
        }
    }

    fn insert(&mut self, field: (Vec<u8>, Vec<u8>)) {
        self.size += field.0.len() + field.1.len() + 32;
        self.table.push_front(field);
        self.evict();
    }

    fn evict(&mut self) {
        while self.size > self.limit {
            let Some((name, value)) = self.table.pop_back() else { break };
            self.size -= name.len() + value.len() + 32;
        }
    }

    fn string(&self, block: &mut &[u8]) -> Option<Vec<u8>> {
        let is_huffman = block.first()? & 0x80 != 0;
        let length = integer(block, 7)?;
        if length > block.len() {
            return None;
        }
        let (text, rest) = block.split_at(length);
        *block = rest;
        if is_huffman { self.huffman(text) } else { Some(text.to_vec()) }
    }

    fn huffman(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(text.len() * 8 / 5);
        let (mut code, mut bits) = (0u32, 0usize);
        for byte in text {
            for shift in (0..8).rev() {
                code = code << 1 | u32::from(byte >> shift & 1);
                bits += 1;
                let &(first, start, count) = self.first.get(bits)?;
                if let Some(offset) = code.checked_sub(first).map(|offset| offset as usize)
                    && offset < count
                {
                    // The end mark itself must not be sent.
                    out.push(u8::try_from(self.symbols[start + offset]).ok()?);
                    (code, bits) = (0, 0);
                }
            }
        }
        // What is left over is padding: fewer than eight ones.
        (bits < 8 && code == (1 << bits) - 1).then_some(out)
    }
}

fn integer(block: &mut &[u8], bits: u8) -> Option<usize> {
    let most = (1usize << bits) - 1;
    let mut value = usize::from(*block.first()?) & most;
    *block = &block[1..];
    if value < most {
        return Some(value);
    }
    for shift in [0, 7, 14, 21] {
        let byte = *block.first()?;
        *block = &block[1..];
        value += usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Adds a field to a block: literal, not indexed, not compressed, so that a forged value goes out as it is.
pub(super) fn encode(block: &mut Vec<u8>, name: &str, value: &str) {
    block.push(0);
    for text in [name, value] {
        let length = text.len();
        if length < 127 {
            block.push(length as u8);
        } else {
            block.push(127);
            let mut rest = length - 127;
            while rest >= 128 {
                block.push((rest % 128 + 128) as u8);
                rest /= 128;
            }
            block.push(rest as u8);
        }
        block.extend(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect()
    }

    /// RFC 7541, C.6.1: a response with Huffman codes, and C.6.2 that leans on it.
    #[test]
    fn the_examples_of_the_standard() {
        let mut decoder = Decoder::new();
        let list = decoder
            .decode(&bytes(
                "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
            ))
            .unwrap();
        let text: Vec<String> = list
            .iter()
            .map(|(name, value)| {
                format!("{}: {}", String::from_utf8_lossy(name), String::from_utf8_lossy(value))
            })
            .collect();
        assert_eq!(
            text,
            [
                ":status: 302",
                "cache-control: private",
                "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "location: https://www.example.com"
            ]
        );
        let list = decoder.decode(&bytes("4883640effc1c0bf")).unwrap();
        assert_eq!(list[0].1, b"307");
        assert_eq!(list.len(), 4);
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_read(name in "[a-z]{1,40}", value in "[ -~]{0,300}") {
            let mut block = Vec::new();
            encode(&mut block, &name, &value);
            let list = Decoder::new().decode(&block).unwrap();
            prop_assert_eq!(list, vec![(name.into_bytes(), value.into_bytes())]);
        }

        #[test]
        fn whatever_comes_is_read_or_refused(blocks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..5)) {
            let mut decoder = Decoder::new();
            for block in blocks {
                let _ = decoder.decode(&block);
                prop_assert!(decoder.size <= TABLE);
            }
        }
    }
}
