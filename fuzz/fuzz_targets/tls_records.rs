#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| barding_live::tls::fuzzing::records(bytes));
