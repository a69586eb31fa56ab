//! Looks at real servers on this machine: OpenSSL, nginx, rustls, and scripted ones for what no library speaks any more.

mod openssl;
mod support;
