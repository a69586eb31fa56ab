//! The file of that kind that the project has already, and the difference to what would be generated.

use crate::Kind;
use crate::ci::Pipeline;
use barding_project::servers::{is_for_development, nginx};
use barding_project::{Project, SettingsRole};
use barding_source::{SourceFile, Sources};
use std::sync::Arc;

/// The project's own files of that kind; those of the deployment first, by path.
pub fn present(kind: Kind, project: &Project, sources: &Sources<'_>) -> Vec<Arc<SourceFile>> {
    let mut found: Vec<Arc<SourceFile>> = match kind {
        Kind::Nginx => {
            let files = project.servers.nginx.iter().filter(|file| !file.servers().is_empty());
            files.map(|file| Arc::clone(&file.file)).collect()
        }
        Kind::Settings => {
            let own = |name: &str| {
                let last = name.rsplit('.').next().unwrap_or_default();
                matches!(last, "production" | "prod" | "live")
            };
            let modules = project
                .settings
                .iter()
                .filter(|settings| settings.role == SettingsRole::Production && own(&settings.name));
            modules.filter_map(|settings| sources.file(settings.file)).collect()
        }
        // Those are parts of settings modules, shown by `barding settings`.
        Kind::Csp => Vec::new(),
        kind => by_path(kind, sources),
    };
    found.sort_by(|a, b| is_for_development(a).cmp(&is_for_development(b)).then(a.path.cmp(&b.path)));
    found.dedup_by(|a, b| a.path == b.path);
    found
}

fn by_path(kind: Kind, sources: &Sources<'_>) -> Vec<Arc<SourceFile>> {
    let mut found = Vec::new();
    for path in sources.paths() {
        let name = path.file_name().unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        let ends = |extensions: &[&str]| extensions.iter().any(|extension| lower.ends_with(extension));
        let may_be = match kind {
            Kind::Caddy => lower.starts_with("caddyfile") || lower.ends_with(".caddyfile"),
            Kind::Apache => ends(&[".conf", ".vhost", "apache2", "httpd"]) || lower == ".htaccess",
            Kind::Nftables => lower.contains("nftables") || lower.ends_with(".nft"),
            Kind::Ufw => lower.contains("ufw") || lower.contains("firewall"),
            Kind::DatabaseRoles => ends(&[".sql"]),
            Kind::SecurityTxt => lower == "security.txt",
            Kind::Ci => Pipeline::ALL.iter().any(|pipeline| path.as_str().ends_with(pipeline.path())),
            Kind::Nginx | Kind::Settings | Kind::Csp => false,
        };
        if !may_be {
            continue;
        }
        let Some(file) = sources.id(path).and_then(|id| sources.file(id)) else { continue };
        let is_one = match kind {
            Kind::Apache => file.text.contains("<VirtualHost") && !nginx::looks_like(&file.text),
            Kind::Nftables => file.text.contains("table ") || file.text.contains("nft "),
            Kind::Ufw => file.text.contains("ufw "),
            Kind::DatabaseRoles => {
                let upper = file.text.to_ascii_uppercase();
                upper.contains("CREATE ROLE") || upper.contains("CREATE USER") || upper.contains("GRANT ")
            }
            _ => true,
        };
        if is_one {
            found.push(file);
        }
    }
    found
}

/// What would change in `old`, as a unified difference; empty when nothing would.
pub fn difference(old_name: &str, old: &str, new_name: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{old_name}"), &format!("b/{new_name}"))
        .to_string()
}
