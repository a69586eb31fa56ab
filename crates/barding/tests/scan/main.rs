//! `barding scan` and `barding ports` against servers on this machine: scripted ones for each trap and for what means harm,
//! real ones (Django under gunicorn, nginx) for the rest.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod django;
#[path = "../../../barding_live/tests/servers/free_port.rs"]
mod free_port;
mod greybox;
mod hostile;
mod ports;
mod proxies;
mod server;
mod traps;
