//! Bytes to look at, from memory or from a file, in pieces of bounded size.

/// A file's bytes. Memory shows itself whole; a file keeps one window.
pub trait Source {
    /// How many bytes there are.
    fn size(&self) -> u64;

    /// The bytes from `at` on: at least `want` of them if there are that many, and `want` is at most [`WINDOW`].
    fn window(&mut self, at: u64, want: usize) -> &[u8];
}

/// The most that may be asked for at once.
pub const WINDOW: usize = 256 << 10;

impl Source for &[u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn window(&mut self, at: u64, _want: usize) -> &[u8] {
        usize::try_from(at).ok().and_then(|at| self.get(at..)).unwrap_or_default()
    }
}

/// A source that reads through a function, such as a file's `pread` or a Python object's `seek` and `read`.
pub struct Buffered<R> {
    read: R,
    size: u64,
    buffer: Vec<u8>,
    start: u64,
}

impl<R: FnMut(u64, &mut [u8]) -> usize> Buffered<R> {
    /// `read` fills the buffer with the bytes at the offset and says how many it filled; fewer only at the end.
    pub fn new(size: u64, read: R) -> Self {
        Self { read, size, buffer: Vec::new(), start: 0 }
    }
}

impl<R: FnMut(u64, &mut [u8]) -> usize> Source for Buffered<R> {
    fn size(&self) -> u64 {
        self.size
    }

    fn window(&mut self, at: u64, want: usize) -> &[u8] {
        let want = want.min(WINDOW) as u64;
        let end = self.start + self.buffer.len() as u64;
        let enough = at >= self.start && (at + want).min(self.size) <= end && at < end;
        if !enough && at < self.size {
            let length = (self.size - at).min(WINDOW as u64);
            self.buffer.resize(usize::try_from(length).unwrap_or(WINDOW), 0);
            let filled = (self.read)(at, &mut self.buffer).min(self.buffer.len());
            self.buffer.truncate(filled);
            self.start = at;
        }
        at.checked_sub(self.start)
            .and_then(|skip| usize::try_from(skip).ok())
            .and_then(|skip| self.buffer.get(skip..))
            .unwrap_or_default()
    }
}

/// What walkers read with: numbers and pieces at places, `None` past the end.
pub(crate) struct Reader<'s> {
    source: &'s mut dyn Source,
    /// The file's length.
    pub(crate) size: u64,
}

impl<'s> Reader<'s> {
    pub(crate) fn new(source: &'s mut dyn Source) -> Self {
        let size = source.size();
        Self { source, size }
    }

    /// As many bytes as are at hand from `at` on; empty only at the end.
    pub(crate) fn chunk(&mut self, at: u64) -> &[u8] {
        self.source.window(at, 1)
    }

    /// Up to `count` bytes.
    pub(crate) fn some(&mut self, at: u64, count: usize) -> &[u8] {
        let bytes = self.source.window(at, count.min(WINDOW));
        &bytes[..bytes.len().min(count)]
    }

    /// Exactly `count` bytes.
    pub(crate) fn bytes(&mut self, at: u64, count: usize) -> Option<&[u8]> {
        let bytes = self.some(at, count);
        (bytes.len() == count).then_some(bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self, at: u64) -> Option<[u8; N]> {
        self.bytes(at, N)?.try_into().ok()
    }

    pub(crate) fn u8(&mut self, at: u64) -> Option<u8> {
        self.array::<1>(at).map(|[byte]| byte)
    }

    pub(crate) fn u16be(&mut self, at: u64) -> Option<u16> {
        self.array(at).map(u16::from_be_bytes)
    }

    pub(crate) fn u16le(&mut self, at: u64) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(crate) fn u32be(&mut self, at: u64) -> Option<u32> {
        self.array(at).map(u32::from_be_bytes)
    }

    pub(crate) fn u32le(&mut self, at: u64) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    pub(crate) fn u64be(&mut self, at: u64) -> Option<u64> {
        self.array(at).map(u64::from_be_bytes)
    }

    pub(crate) fn u64le(&mut self, at: u64) -> Option<u64> {
        self.array(at).map(u64::from_le_bytes)
    }

    pub(crate) fn is(&mut self, at: u64, expected: &[u8]) -> bool {
        self.bytes(at, expected.len()) == Some(expected)
    }

    /// The first place of `needle` from `from` on and before `to`.
    pub(crate) fn find(&mut self, from: u64, to: u64, needle: &[u8]) -> Option<u64> {
        let finder = memchr::memmem::Finder::new(needle);
        let to = to.min(self.size);
        let mut at = from;
        while at + needle.len() as u64 <= to {
            let bytes = self.source.window(at, needle.len());
            let room = usize::try_from(to - at).unwrap_or(usize::MAX).min(bytes.len());
            if room < needle.len() {
                return None;
            }
            if let Some(found) = finder.find(&bytes[..room]) {
                return Some(at + found as u64);
            }
            at += (room - needle.len() + 1) as u64;
        }
        None
    }

    /// The last place of `needle` in the last `within` bytes.
    pub(crate) fn rfind(&mut self, within: usize, needle: &[u8]) -> Option<u64> {
        let start = self.size.saturating_sub(within.min(WINDOW) as u64);
        let bytes = self.some(start, within);
        memchr::memmem::rfind(bytes, needle).map(|found| start + found as u64)
    }
}
