//! A bounded dialer.
