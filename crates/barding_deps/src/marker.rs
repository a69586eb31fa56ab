//! Environment markers: whether a line can apply to a machine that serves a site.

use pep508_rs::{MarkerEnvironment, MarkerEnvironmentBuilder, MarkerTree};
use std::str::FromStr;
use std::sync::LazyLock;

/// Where a line with a marker applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// On Linux with some Python that is in use, or we cannot tell that it does not.
    Here,
    /// Only on other systems or on a Python that is no longer in use.
    Elsewhere,
}

/// The interpreters that serve Django sites today.
static SERVERS: LazyLock<Vec<MarkerEnvironment>> = LazyLock::new(|| {
    let mut servers = Vec::new();
    for version in ["3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"] {
        for machine in ["x86_64", "aarch64"] {
            for (implementation, name) in [("cpython", "CPython"), ("pypy", "PyPy")] {
                let full = format!("{version}.9");
                let server = MarkerEnvironment::try_from(MarkerEnvironmentBuilder {
                    implementation_name: implementation,
                    implementation_version: &full,
                    os_name: "posix",
                    platform_machine: machine,
                    platform_python_implementation: name,
                    platform_release: "6.1.0",
                    platform_system: "Linux",
                    platform_version: "#1 SMP",
                    python_full_version: &full,
                    python_version: version,
                    sys_platform: "linux",
                });
                servers.extend(server.ok());
            }
        }
    }
    servers
});

/// Where a marker applies. What cannot be read is taken to apply.
pub fn applies(marker: &str) -> Applies {
    // Extras and groups are chosen by whoever installs. Very long or deep markers are nobody's.
    let chosen = marker.contains("extra") || marker.contains("dependency_groups");
    if chosen || marker.len() > 1000 || marker.bytes().filter(|byte| *byte == b'(').count() > 30 {
        return Applies::Here;
    }
    let Ok(tree) = MarkerTree::from_str(marker) else { return Applies::Here };
    if tree.is_true() || SERVERS.iter().any(|server| tree.evaluate(server, &[])) {
        Applies::Here
    } else {
        Applies::Elsewhere
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_other_systems_apply_elsewhere() {
        let cases = [
            ("python_version >= '3.8'", Applies::Here),
            ("python_version < \"3.11\"", Applies::Here),
            ("python_version < '3'", Applies::Elsewhere),
            ("sys_platform == 'win32'", Applies::Elsewhere),
            ("platform_system == 'Windows' or implementation_name == 'pypy'", Applies::Here),
            ("os_name == 'nt' and python_version > '3.6'", Applies::Elsewhere),
            ("extra == 'argon2'", Applies::Here),
            ("nonsense(", Applies::Here),
        ];
        for (marker, expected) in cases {
            assert_eq!(applies(marker), expected, "{marker}");
        }
    }
}
