//! Doors to the readers of what strangers send, for the fuzzer (fuzz/); not part of any build that is shipped.

use super::Time;
use super::wire::{record, ssl2, until_done, until_hello};
use super::x509::{Store, certificates as blocks, chain, issuers_in, list_says, staple_says};

/// The bytes as a server's answer: records of TLS, and of SSL 2.0.
pub fn records(bytes: &[u8]) {
    let mut whole = bytes;
    let _ = until_done(&mut whole);
    let mut whole = bytes;
    let _ = until_hello(&mut whole);
    let mut whole = bytes;
    let _ = ssl2::answer(&mut whole);
}

/// The bytes as handshake messages, in records as they should be.
pub fn messages(bytes: &[u8]) {
    let in_records: Vec<u8> = bytes.chunks(1 << 14).flat_map(|part| record(22, 0x0303, part)).collect();
    let flight = until_done(&mut in_records.as_slice());
    let _ = chain(&flight.certificates, &[], Time(1_795_438_800));
}

/// The bytes as a certificate, a file of certificates, a list of revoked ones, and an OCSP response.
pub fn certificates(bytes: &[u8]) {
    let now = Time(1_795_438_800);
    let two = [bytes.to_vec(), bytes.to_vec()];
    let seen = chain(&two, &[Store::from_file("same", bytes)], now);
    assert_eq!(seen.sent.len(), 2);
    let _ = (blocks(bytes), issuers_in(bytes));
    // A certificate of the fuzzer's own is its own issuer here.
    let _ = list_says(bytes, bytes, bytes, now);
    let _ = staple_says(bytes, bytes, Some(bytes), now);
}
