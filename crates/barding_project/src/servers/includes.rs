//! nginx's `include`: the directives of an included file stand where the `include` stands.
//!
//! A server's folders (`/etc/nginx/snippets/tls.conf`) are looked for below the folder of the file and below each folder
//! above it, longest path first; `*` is a wildcard within one name. What is not found stays an `include` directive.

use super::nginx::{self, Directive, NginxFile};
use super::{LARGEST, is_for_development};
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

/// Joins what nginx files include. A file that a deployed one includes is no file of its own any more.
pub(super) fn join(
    files: Vec<NginxFile>,
    sources: &Sources<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<NginxFile> {
    let mut joiner = Joiner {
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
        let mut open = vec![file.path.clone()];
        let is_deployed = !is_for_development(&file);
        let directives = joiner.expand(directives, &mut open, is_deployed);
        joined.push(NginxFile { file, directives });
    }
    let (absorbed, circular) = (joiner.absorbed, joiner.circular);
    joined.retain(|file| !absorbed.contains(&file.file.path) || circular.contains(&file.file.path));
    joined
}

struct Joiner<'s, 't> {
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
            if directive.name == "include" && directive.block.is_none() {
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
            let Parsed { tree, problems } = nginx::read(&file);
            self.problems.extend(problems);
            tree.directives
        });
        self.read.insert(path.to_owned(), directives.clone());
        directives
    }

    /// The project's files that a path of the server means, sorted.
    fn find(&self, written: &str, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let parts: Vec<&str> = written.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
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
    fn names_and_wildcards() {
        assert!(fits("site.conf", "*.conf") && fits("a-b-c", "a*b*c") && fits("a", "a"));
        assert!(!fits(".conf", "*.conf") && !fits("ab", "a") && !fits("a", "a*a"));
    }
}
