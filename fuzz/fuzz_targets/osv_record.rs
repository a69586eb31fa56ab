#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = barding_deps::advisories::archive::read(barding_fuzz::zipped("a.json", data), |_, _| {})
        .map(|records| barding_deps::Advisories::open(barding_deps::Advisories::write(&records)));
});
