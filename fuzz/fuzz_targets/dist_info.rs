#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    barding_fuzz::packages("lib/x-1.dist-info/METADATA", data);
});
