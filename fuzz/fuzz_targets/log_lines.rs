#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut clean = Vec::new();
    let _ = barding_secrets::scan_log(&mut &data[..], "shop.log".into(), Some(&mut clean));
});
