#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| barding_fuzz::upload(data));
