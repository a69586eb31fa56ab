#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = barding_deps::advisories::archive::read(std::io::Cursor::new(data), |_, _| {});
});
