//! Looks at real servers on this machine: OpenSSL, nginx, rustls, and scripted ones for what no library speaks any more.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod around;
mod certificates;
mod conversations;
mod free_port;
mod nginx;
mod openssl;
mod scripted;
mod support;
