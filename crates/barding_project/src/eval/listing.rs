//! `os.listdir`, `os.walk` and `glob.glob` of the project's own folders: what the checkout holds.

use super::Evaluator;
use super::paths;
use super::val::Val;
use crate::value::{Unknown, Why};
use barding_source::Span;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::rc::Rc;

/// How many names are listed before we stop.
const MOST_NAMES: usize = 500;

impl<'a> Evaluator<'a> {
    /// The names in a folder. The machine says in which order, so that only what does not depend on it is known.
    pub(super) fn folder_listing(&mut self, function: &str, path: &Val<'a>, place: Span) -> Val<'a> {
        let (Val::Text(text) | Val::Path(text)) = path else { return self.not_modelled(place) };
        let Some(inside) = paths::inside(text) else {
            return self.unknown(Why::Machine, "the folder is outside the project", Some(place));
        };
        let listed = match function {
            "glob.glob" => self.matching(&inside),
            _ => self.below(Utf8Path::new(&inside)),
        };
        let Some((folders, files)) = listed else {
            return self.unknown(Why::TooDeep, "the folder holds too much", Some(place));
        };
        let more = format!("`{inside}` may hold more where the site runs");
        let more = Unknown::new(Why::FileMissing, more, Some(place));
        if !self.assumptions.files_complete && !self.optional.contains(&more) {
            self.optional.push(more);
        }
        if function != "os.walk" {
            let names: Vec<&String> = folders.iter().chain(&files).collect();
            let base = text.rsplit_once('/').map_or("", |(base, _)| base);
            let values = names.into_iter().map(|name| match function {
                "glob.glob" => Val::text(format!("{base}/{name}")),
                _ => Val::text(name.as_str()),
            });
            let mut values = super::ops::disordered(values.collect(), place);
            if function == "os.listdir" && files.iter().any(|name| is_importable(name)) {
                values.push(self.compiled_folder(&inside, place));
                values = super::ops::disordered(values, place);
            }
            return self.list(values);
        }
        if !folders.is_empty() {
            return self.unknown(Why::Machine, "the machine orders the folders", Some(place));
        }
        if files.is_empty() && !self.modules.sources().tree().is_folder(Utf8Path::new(&inside)) {
            return self.list(Vec::new());
        }
        let none = self.list(Vec::new());
        let files = files.iter().map(|name| Val::text(name.as_str())).collect();
        let files = self.list(super::ops::disordered(files, place));
        let step = Val::Tuple(Rc::from([Val::Text(text.clone()), none, files]));
        self.list(vec![step])
    }

    /// Python keeps what it compiled beside the modules of a folder, once one of them was imported.
    fn compiled_folder(&mut self, folder: &str, place: Span) -> Val<'a> {
        let [no, yes] = self.file_there(&format!("folder:{folder}/__pycache__"), place);
        self.one_of(vec![(yes, Val::text("__pycache__")), (no, Val::Unset)])
    }

    /// The folders and the files in a folder, each sorted.
    fn below(&self, folder: &Utf8Path) -> Option<(Vec<String>, Vec<String>)> {
        let mut folders = BTreeSet::new();
        let mut files = Vec::new();
        for path in self.modules.sources().paths() {
            let Ok(rest) = path.strip_prefix(folder) else { continue };
            let mut parts = rest.components();
            match (parts.next(), parts.next()) {
                (Some(name), None) => files.push(name.as_str().to_owned()),
                (Some(name), Some(_)) => {
                    folders.insert(name.as_str().to_owned());
                }
                (None, _) => {}
            }
            if folders.len() + files.len() > MOST_NAMES {
                return None;
            }
        }
        Some((folders.into_iter().collect(), files))
    }

    /// What a pattern with its wildcards in the last part matches.
    fn matching(&self, pattern: &str) -> Option<(Vec<String>, Vec<String>)> {
        let pattern = Utf8PathBuf::from(pattern);
        let folder = pattern.parent()?;
        if folder.as_str().contains(['*', '?', '[']) {
            return None;
        }
        let glob = globset::Glob::new(pattern.file_name()?).ok()?.compile_matcher();
        let (mut folders, mut files) = self.below(folder)?;
        let hidden = pattern.file_name()?.starts_with('.');
        for names in [&mut folders, &mut files] {
            names.retain(|name| glob.is_match(name) && (hidden || !name.starts_with('.')));
        }
        Some((folders, files))
    }
}

/// Whether `import` finds the file under a name.
fn is_importable(file: &str) -> bool {
    let plain = |letter: char| letter.is_alphanumeric() || letter == '_';
    file.strip_suffix(".py")
        .is_some_and(|name| name.chars().all(plain) && !name.starts_with(|c: char| c.is_numeric()))
}
