//! nginx's `include`, Apache's `Include` and Caddy's `import`: the directives of an included file stand where the `include`
//! stands. A Caddyfile's `import` may also name a snippet of the file, `(name) { … }`.
//!
//! A server's folders (`/etc/nginx/snippets/tls.conf`) are looked for below the folder of the file and below each folder
//! above it, longest path first; `*` is a wildcard within one name. What is not found stays an `include` directive.

use super::nginx::{Directive, NginxFile};
use super::{LARGEST, apache, caddy, is_for_development, nginx};
use barding_source::{Parsed, Problem, SourceFile, Sources};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Files that include files, so many deep.
const DEEPEST: usize = 12;
/// Different `include`s of a project that are looked up.
const MOST_INCLUDES: usize = 500;
/// A file grows by no more directives than this.
const MOST: usize = 20_000;

/// Whose files are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Nginx,
    Apache,
    Caddy,
}

impl Language {
    fn includes(self, directive: &Directive) -> bool {
        let name = directive.name.as_str();
        directive.block.is_none()
            && match self {
                Self::Nginx => name == "include",
                Self::Apache => {
                    name.eq_ignore_ascii_case("Include") || name.eq_ignore_ascii_case("IncludeOptional")
                }
                Self::Caddy => name == "import",
            }
    }

    fn read(self, file: &Arc<SourceFile>) -> Parsed<NginxFile> {
        match self {
            Self::Nginx => nginx::read(file),
            Self::Apache => apache::read(file),
            Self::Caddy => caddy::read(file),
        }
    }
}

/// Joins what the files of one server include. A file that a deployed one includes is no file of its own any more.
pub(super) fn join(
    language: Language,
    files: Vec<NginxFile>,
    sources: &Sources<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<NginxFile> {
    let mut joiner = Joiner {
        language,
        snippets: BTreeMap::new(),
        sources,
        read: BTreeMap::new(),
        absorbed: BTreeSet::new(),
        circular: BTreeSet::new(),
        found: BTreeMap::new(),
        left: 0,
        problems,
    };
    for file in &files {
        joiner.read.insert(file.file.path.clone(), Some(file.directives.clone()));
    }
    let mut joined: Vec<NginxFile> = Vec::with_capacity(files.len());
    for NginxFile { file, directives } in files {
        joiner.left = MOST;
        joiner.snippets = if language == Language::Caddy { snippets(&directives) } else { BTreeMap::new() };
        let mut open = vec![file.path.clone()];
        let is_deployed = !is_for_development(&file);
        let directives = joiner.expand(directives, &mut open, is_deployed);
        joined.push(NginxFile { file, directives });
    }
    let (absorbed, circular) = (joiner.absorbed, joiner.circular);
    joined.retain(|file| !absorbed.contains(&file.file.path) || circular.contains(&file.file.path));
    joined
}

/// The snippets of a Caddyfile: name to directives.
fn snippets(list: &[Directive]) -> BTreeMap<String, Vec<Directive>> {
    let named = list.iter().filter_map(|directive| {
        let name = directive.name.strip_prefix('(')?.strip_suffix(')')?;
        Some((name.to_owned(), directive.block.clone()?))
    });
    named.collect()
}

struct Joiner<'s, 't> {
    language: Language,
    /// The snippets of the file that is joined. One stands open while it is expanded, and is not found in itself.
    snippets: BTreeMap<String, Vec<Directive>>,
    sources: &'s Sources<'t>,
    /// What was read before, by path; `None` where there is nothing to read.
    read: BTreeMap<Utf8PathBuf, Option<Vec<Directive>>>,
    absorbed: BTreeSet<Utf8PathBuf>,
    /// Files that include themselves, over others: each stands for itself.
    circular: BTreeSet<Utf8PathBuf>,
    /// What an `include` means, by its text and the folder of its file.
    found: BTreeMap<(String, Utf8PathBuf), Vec<Utf8PathBuf>>,
    left: usize,
    problems: &'s mut Vec<Problem>,
}

impl Joiner<'_, '_> {
    /// The directives with those of their includes. `open` holds the files around, outermost first.
    fn expand(
        &mut self,
        list: Vec<Directive>,
        open: &mut Vec<Utf8PathBuf>,
        deployed: bool,
    ) -> Vec<Directive> {
        let mut all = Vec::with_capacity(list.len());
        for mut directive in list {
            if self.language.includes(&directive) {
                let snippet = self.snippets.remove_entry(directive.argument(0));
                if let Some((name, body)) = snippet {
                    all.append(&mut self.snippet(&directive, body.clone(), open, deployed));
                    self.snippets.insert(name, body);
                    continue;
                }
                match self.included(&directive, open, deployed) {
                    Some(mut inner) => all.append(&mut inner),
                    None => all.push(directive),
                }
                continue;
            }
            directive.block = directive.block.map(|block| self.expand(block, open, deployed));
            all.push(directive);
        }
        all
    }

    /// What a snippet brings; its arguments (`{args[0]}`) stay as they are written.
    fn snippet(
        &mut self,
        import: &Directive,
        body: Vec<Directive>,
        open: &mut Vec<Utf8PathBuf>,
        deployed: bool,
    ) -> Vec<Directive> {
        let count = size(&body) + 1;
        if count > self.left {
            self.problem(import, "brings more directives than are read");
            return Vec::new();
        }
        self.left -= count;
        self.expand(body, open, deployed)
    }

    /// What an `include` brings; `None` when its file is not among the project's.
    fn included(
        &mut self,
        include: &Directive,
        open: &mut Vec<Utf8PathBuf>,
        deployed: bool,
    ) -> Option<Vec<Directive>> {
        let folder = open.last()?.parent().unwrap_or(Utf8Path::new("")).to_owned();
        let key = (include.argument(0).to_owned(), folder);
        let paths = match self.found.get(&key) {
            Some(paths) => paths.clone(),
            None if self.found.len() >= MOST_INCLUDES => return None,
            None => {
                let paths = self.find(&key.0, &key.1);
                self.found.insert(key, paths.clone());
                paths
            }
        };
        if paths.is_empty() {
            return None;
        }
        let mut all = Vec::new();
        for path in paths {
            if open.contains(&path) || open.len() >= DEEPEST {
                self.problem(include, "includes itself, or goes too many files deep");
                self.circular.insert(path);
                continue;
            }
            let Some(directives) = self.directives(&path) else { continue };
            let count = size(&directives) + 1;
            if count > self.left {
                self.problem(include, "brings more directives than are read");
                continue;
            }
            self.left -= count;
            if deployed {
                self.absorbed.insert(path.clone());
            }
            open.push(path);
            all.append(&mut self.expand(directives, open, deployed));
            open.pop();
        }
        Some(all)
    }

    /// Names what is wrong with an `include`, once.
    fn problem(&mut self, include: &Directive, message: &str) {
        if !self.problems.iter().any(|known| known.place == Some(include.span)) {
            self.problems.push(Problem::at(include.span, message));
        }
    }

    fn directives(&mut self, path: &Utf8Path) -> Option<Vec<Directive>> {
        if let Some(known) = self.read.get(path) {
            return known.clone();
        }
        let file = self.sources.file_at(path).filter(|file: &Arc<SourceFile>| file.text.len() <= LARGEST);
        let directives = file.map(|file| {
            let Parsed { tree, problems } = self.language.read(&file);
            self.problems.extend(problems);
            tree.directives
        });
        self.read.insert(path.to_owned(), directives.clone());
        directives
    }

    /// The project's files that a path of the server means, sorted.
    fn find(&self, written: &str, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let mut parts: Vec<&str> = written.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        // Apache takes every file of a folder; both servers of lines know folders only with a `/` or a `*` at the end.
        if self.language != Language::Nginx && written.ends_with('/') && !parts.is_empty() {
            parts.push("*");
        }
        // What a template or a variable fills in is not known, and `..` leads out of what is searched.
        if parts.is_empty() || parts.len() > 24 || written.contains(['$', '{']) || parts.contains(&"..") {
            return Vec::new();
        }
        // A wildcard needs a folder that names it, unless it is written relative to the file itself.
        let is_wild = parts.iter().any(|part| part.contains('*'));
        let shortest = if is_wild && parts.len() > 1 { 2 } else { 1 };
        let most = if written.starts_with('/') { parts.len() - shortest } else { 0 };
        let name = parts[parts.len() - 1];
        let named: Vec<&Utf8PathBuf> = self
            .sources
            .paths()
            .iter()
            .filter(|path| path.file_name().is_some_and(|own| fits(own, name)))
            .collect();
        for skipped in 0..=most {
            let wanted = &parts[skipped..];
            for base in folder.ancestors() {
                let found: Vec<Utf8PathBuf> = named
                    .iter()
                    .filter(|path| {
                        path.strip_prefix(base).is_ok_and(|rest| {
                            rest.components().count() == wanted.len()
                                && rest.components().zip(wanted).all(|(own, part)| fits(own.as_str(), part))
                        })
                    })
                    .map(|path| (*path).clone())
                    .collect();
                if !found.is_empty() {
                    return found;
                }
            }
        }
        Vec::new()
    }
}

fn size(list: &[Directive]) -> usize {
    list.iter().map(|directive| 1 + directive.block.as_deref().map_or(0, size)).sum()
}

/// Whether a name fits a pattern with `*` for any letters.
fn fits(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last) && !name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::Servers;
    use barding_source::{MemoryTree, ReadLimits};

    fn read(files: &[(&str, &str)]) -> Servers {
        let mut tree = MemoryTree::new();
        for (path, text) in files {
            tree = tree.with(*path, *text);
        }
        Servers::read(&Sources::new(&tree, ReadLimits::default(), crate::python::decode))
    }

    #[test]
    fn an_included_file_stands_where_it_is_included() {
        let servers = read(&[
            (
                "deploy/nginx.conf",
                "http { include /etc/nginx/mime.types; include /etc/nginx/conf.d/*.conf; }",
            ),
            ("deploy/conf.d/site.conf", "server { listen 80; include snippets/proxy; }"),
            ("deploy/snippets/proxy", "proxy_set_header Host $host;"),
        ]);
        assert_eq!(servers.nginx.len(), 1);
        let sites = servers.nginx[0].servers();
        assert_eq!(sites[0].server.children("proxy_set_header").count(), 1);
        assert!(sites[0].http.is_some_and(|http| http.children("include").count() == 1));
    }

    #[test]
    fn what_is_not_found_stays_and_circles_end() {
        let servers = read(&[
            ("a.conf", "server { listen 80; include b.conf; include ../x.conf; include ${X}.conf; }"),
            ("b.conf", "location / { include a.conf; proxy_pass http://app; }"),
        ]);
        assert!(servers.problems.iter().any(|problem| problem.message.contains("includes itself")));
        // Each includes the other, so each stands for itself.
        assert_eq!(servers.nginx.len(), 2);
    }

    #[test]
    fn many_includes_of_many_includes_end() {
        let names: Vec<String> = (0..12).map(|at| format!("n{at}.conf")).collect();
        let texts: Vec<String> = (0..12)
            .map(|at| format!("add_header A {at};\n{}", format!("include n{}.conf;", at + 1).repeat(50)))
            .collect();
        let files: Vec<(&str, &str)> =
            names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let servers = read(&files);
        assert!(servers.problems.iter().any(|problem| problem.message.contains("more directives")));
    }

    #[test]
    fn apache_files_folders_and_circles_are_joined() {
        let servers = read(&[
            (
                "deploy/apache2.conf",
                "IncludeOptional sites/*.conf\nInclude /etc/apache2/snippets/\n<Directory />\nRequire all denied\n</Directory>\n",
            ),
            ("deploy/sites/shop.conf", "<VirtualHost *:443>\nInclude snippets/tls.conf\n</VirtualHost>\n"),
            ("deploy/snippets/tls.conf", "SSLProtocol -all +TLSv1.3\nInclude sites/shop.conf\n"),
        ]);
        let whole = servers.apache.iter().find(|file| file.file.path == "deploy/apache2.conf").unwrap();
        let host = whole.directives.iter().find(|line| line.name == "VirtualHost").unwrap();
        assert_eq!(host.children("SSLProtocol").count(), 1);
        assert!(whole.directives.iter().any(|line| line.name == "SSLProtocol"));
        assert!(servers.problems.iter().any(|problem| problem.message.contains("includes itself")));
    }

    #[test]
    fn caddy_files_and_snippets_are_joined() {
        let servers = read(&[
            (
                "Caddyfile",
                "import sites/*\n(safe) {\n\theader X-A b\n\timport safe\n}\nshop.example {\n\timport safe\n\timport proxy.caddyfile\n}\n",
            ),
            ("sites/other", "other.example {\n\trespond ok\n\timport ../Caddyfile\n}\n"),
            ("proxy.caddyfile", "reverse_proxy app:8000\nimport proxy.caddyfile\n"),
        ]);
        let whole = servers.caddy.iter().find(|file| file.file.path == "Caddyfile").unwrap();
        let shop = whole.directives.iter().find(|line| line.name == "shop.example").unwrap();
        assert_eq!((shop.children("header").count(), shop.children("reverse_proxy").count()), (1, 1));
        assert!(whole.directives.iter().any(|line| line.name == "other.example"));
        assert!(servers.problems.iter().any(|problem| problem.message.contains("includes itself")));
    }

    #[test]
    fn snippets_of_snippets_end() {
        let mut text = String::new();
        for at in 0..40 {
            text.push_str(&format!("(s{at}) {{\n{}}}\n", format!("import s{}\n", at + 1).repeat(9)));
        }
        text.push_str("shop.example {\nimport s0\n}\n");
        let servers = read(&[("Caddyfile", &text)]);
        assert!(servers.problems.iter().any(|problem| problem.message.contains("more directives")));
    }

    #[test]
    fn names_and_wildcards() {
        assert!(fits("site.conf", "*.conf") && fits("a-b-c", "a*b*c") && fits("a", "a"));
        assert!(!fits(".conf", "*.conf") && !fits("ab", "a") && !fits("a", "a*a"));
    }
}
