//! What a scan saw.

use crate::tls::{Answer, Time};
use serde::{Deserialize, Serialize};

/// The ports of one address of a host, as seen from here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortScan {
    /// The host as asked for.
    pub host: String,
    /// The address.
    pub address: String,
    /// Where we looked from.
    pub from: String,
    /// Whether the address is this machine or in a private network, so that nothing follows for the world.
    pub is_inside: bool,
    /// When we looked.
    pub seen_at: Time,
    /// How many ports were tried.
    pub tried: u32,
    /// The ports that are open, and those whose state could not be told.
    pub ports: Vec<PortSeen>,
    /// How many were closed: the host said so.
    pub closed: u32,
    /// How many were filtered: nothing was heard.
    pub filtered: u32,
    /// How many services over UDP were asked.
    pub udp_asked: u32,
    /// Of those, from how many nothing was heard, which says nothing about them.
    pub udp_silent: u32,
    /// Networks that are allowed in for SSH, as the user told.
    pub ssh_is_restricted: bool,
    /// Why the scan ended before all ports were tried.
    pub ended_early: Option<String>,
    /// What could not be looked at, and why.
    pub problems: Vec<String>,
}

/// The state of a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Something listens.
    #[default]
    Open,
    /// The host says that nothing does.
    Closed,
    /// Nothing was heard.
    Filtered,
    /// Neither can be told: the protocol does not answer.
    Unknown,
}

/// One port.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortSeen {
    /// Its number.
    pub number: u16,
    /// Whether it is one of UDP.
    pub is_udp: bool,
    /// Its state.
    pub state: State,
    /// What answers there, told by its handshake; absent when it did not say.
    pub service: Option<String>,
    /// What it said, in part.
    pub said: String,
    /// Whether it lets anybody in without a password, where that can be told without trying one.
    pub needs_password: Answer,
    /// Whether it speaks TLS.
    pub speaks_tls: Answer,
    /// Of port 80: whether it redirects or refuses whatever was asked.
    pub redirects_all: Answer,
}

impl PortSeen {
    /// The port in words, at the beginning of a sentence.
    pub fn words(&self) -> String {
        format!("{} {}", if self.is_udp { "UDP port" } else { "Port" }, self.number)
    }
}
