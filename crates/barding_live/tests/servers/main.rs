//! Looks at real servers on this machine: OpenSSL, nginx, rustls, and scripted ones for what no library speaks any more.

mod certificates;
mod nginx;
mod openssl;
mod scripted;
mod support;
