//! Imports: which file a dotted name is, and what executing it gives.

use super::cond::{Cond, Key};
use super::stmt::Flow;
use super::val::{ModuleInfo, Names, Object, Scope, Val};
use super::{DEEPEST_IMPORT, Evaluator, FrameOf};
use crate::settings::Assignment;
use crate::value::{Truth, Unknown, Why};
use barding_source::{FileId, Span};
use camino::{Utf8Path, Utf8PathBuf};
use ruff_python_ast::{Alias, Stmt, StmtImportFrom};
use std::rc::Rc;
use std::sync::Arc;

/// Where a dotted name leads.
pub(super) enum Found {
    /// A file of the project; whether it is a package.
    File(FileId, bool),
    /// A folder without `__init__.py`.
    Namespace,
    /// The package around it is the project's, but this module is not there.
    Missing,
    /// Not part of the project.
    Outside,
}

/// Modules of the standard library whose names never are settings.
const STANDARD: &[&str] = &[
    "os",
    "sys",
    "re",
    "json",
    "datetime",
    "decimal",
    "socket",
    "platform",
    "logging",
    "pathlib",
    "typing",
    "collections",
    "functools",
    "itertools",
    "math",
    "time",
    "random",
    "string",
    "urllib",
    "uuid",
    "base64",
    "hashlib",
    "secrets",
    "tempfile",
    "shutil",
    "glob",
    "types",
    "warnings",
    "copy",
    "enum",
    "dataclasses",
    "importlib",
    "configparser",
    "ast",
    "subprocess",
    "__future__",
    "django",
];

impl<'a> Evaluator<'a> {
    pub(super) fn find(&self, dotted: &str) -> Found {
        if dotted.is_empty() || dotted.split('.').any(str::is_empty) {
            return Found::Outside;
        }
        let relative: Utf8PathBuf = dotted.split('.').collect();
        let sources = self.modules.sources();
        let first = dotted.split('.').next().unwrap_or_default();
        let mut namespace = false;
        let mut ours = false;
        for root in &self.roots {
            let base = root.join(&relative);
            let package = base.join("__init__.py");
            if let Some(id) = self.file_id(&package) {
                return Found::File(id, true);
            }
            let module = Utf8PathBuf::from(format!("{base}.py"));
            if let Some(id) = self.file_id(&module) {
                return Found::File(id, false);
            }
            let top = root.join(first);
            let is_folder = self.is_folder(&base);
            namespace |= is_folder && self.holds_python(&base);
            ours |= sources.id(&top.join("__init__.py")).is_some()
                || sources.id(&Utf8PathBuf::from(format!("{top}.py"))).is_some()
                || self.holds_python(&top);
        }
        if namespace {
            Found::Namespace
        } else if ours && dotted.contains('.') {
            Found::Missing
        } else {
            Found::Outside
        }
    }

    fn file_id(&self, path: &Utf8Path) -> Option<FileId> {
        let sources = self.modules.sources();
        sources.id(path).or_else(|| sources.read_unlisted(path).map(|file| file.id))
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.first_below(path).is_some()
    }

    /// The first walked path below a folder.
    fn first_below(&self, folder: &Utf8Path) -> Option<usize> {
        let paths = self.modules.sources().paths();
        let prefix = format!("{folder}/");
        let at = paths.partition_point(|path| path.as_str() < prefix.as_str());
        paths.get(at).filter(|path| path.as_str().starts_with(&prefix)).map(|_| at)
    }

    fn holds_python(&self, folder: &Utf8Path) -> bool {
        if folder.as_str().is_empty() {
            return false;
        }
        let Some(at) = self.first_below(folder) else { return false };
        let prefix = format!("{folder}/");
        self.modules.sources().paths()[at..]
            .iter()
            .take_while(|path| path.as_str().starts_with(&prefix))
            .take(2_000)
            .any(|path| path.extension() == Some("py"))
    }

    /// The module of that name, executed now if it was not yet. An error says that it is missing or not ours.
    pub(super) fn load(&mut self, dotted: &str) -> Result<Rc<ModuleInfo>, Found> {
        if let Some(module) = self.loaded.get(dotted) {
            return Ok(module.clone());
        }
        let (file, package) = match self.find(dotted) {
            Found::File(id, package) => (Some(id), package),
            Found::Namespace => (None, true),
            other => return Err(other),
        };
        // The packages around are executed first, as Python does.
        if let Some((parent, _)) = dotted.rsplit_once('.') {
            let _ = self.load(parent);
        }
        if let Some(module) = self.loaded.get(dotted) {
            return Ok(module.clone());
        }
        let names = self.heap.add(Object::Names(Names::default()));
        let module = Rc::new(ModuleInfo { name: dotted.into(), file, names, package });
        self.loaded.insert(dotted.into(), module.clone());
        if let Some(file) = file {
            self.execute(&module, file);
        }
        if let Some((parent, child)) = dotted.rsplit_once('.')
            && let Some(parent) = self.loaded.get(parent).cloned()
            && self.slot(parent.names, child).is_none()
        {
            let place = Span::start_of(file.unwrap_or(FileId(0)));
            self.bind(parent.names, child, Val::Module(module.clone()), place);
        }
        Ok(module)
    }

    fn execute(&mut self, module: &Rc<ModuleInfo>, file: FileId) {
        let open = |me: &mut Self, why: Why, text: &str| {
            let unknown = Unknown::new(why, text, Some(Span::start_of(file)));
            if let Some(names) = me.heap.names_mut(module.names) {
                names.open = Some(unknown);
            }
        };
        if self.importing >= DEEPEST_IMPORT {
            return open(self, Why::TooDeep, "modules import each other too deeply");
        }
        let modules = self.modules;
        let Some(python) = modules.module(file) else {
            return open(self, Why::NotReadable, "the file cannot be read");
        };
        self.importing += 1;
        self.run_body(module, file, &python.syntax.body, None);
        self.importing -= 1;
        if modules.is_broken(file) {
            let text = "the file does not parse as a whole; what its broken lines do is not known";
            let unknown = Rc::new(Unknown::new(Why::NotReadable, text, Some(Span::start_of(file))));
            if let Some(names) = self.heap.names_mut(module.names) {
                names.open = Some((*unknown).clone());
            }
        }
        if self.steps >= super::MOST_STEPS {
            let text = "the evaluation took too many steps";
            let unknown = Rc::new(Unknown::new(Why::TooDeep, text, Some(Span::start_of(file))));
            self.forget_names_with(module.names, &unknown);
        }
    }

    /// Runs statements at the top of a module. `exec` gives other names to write to.
    pub(super) fn run_body(
        &mut self,
        module: &Rc<ModuleInfo>,
        file: FileId,
        body: &'a [Stmt],
        locals: Option<super::val::Id>,
    ) {
        let frame = FrameOf {
            scope: Scope {
                module: module.clone(),
                enclosing: Vec::new(),
                file,
                marker: std::marker::PhantomData,
            },
            locals,
            is_class: false,
            globals: Vec::new(),
            nonlocals: Vec::new(),
            method: None,
            yields: None,
            dotted: module.name.clone(),
        };
        self.frames.push(frame);
        let prefix = std::mem::take(&mut self.prefix);
        let paths = self.run(&Cond::always(), |me| me.block(body));
        self.prefix = prefix;
        self.frames.pop();
        self.finish(paths);
    }

    /// Joins the ways a module ends; those that raise end the server, so they do not count.
    fn finish(&mut self, paths: Vec<super::stmt::Path<'a>>) {
        let (raised, kept): (Vec<_>, Vec<_>) =
            paths.into_iter().partition(|path| matches!(path.flow, Flow::Raise(_)));
        if kept.is_empty() {
            // It always raises: what was set before is all there is.
            for path in raised {
                if let Flow::Raise(exception) = &path.flow {
                    self.may_raise(&path.cond, exception);
                }
                self.heap.apply(path.changes);
            }
            return;
        }
        for path in &raised {
            if let Flow::Raise(exception) = &path.flow {
                self.may_raise(&path.cond, exception);
            }
        }
        let conds: Vec<Cond> = kept.iter().map(|path| path.cond.clone()).collect();
        self.join(kept.into_iter().map(|path| (path.cond, path.changes)).collect());
        if !raised.is_empty() && self.importing <= 1 && self.tries == 0 {
            // The rest of the evaluation may take for granted that the module did not raise.
            let cond = self.atoms.any_of(conds, None);
            if let Some(path) = self.atoms.and(&self.path, &cond) {
                self.path = path;
            }
        }
    }

    // ---- statements ----

    pub(super) fn import(&mut self, alias: &'a Alias, place: Span) {
        let dotted = alias.name.as_str();
        let first = dotted.split('.').next().unwrap_or_default();
        if self.is_names_only(dotted) {
            let (name, value) = match &alias.asname {
                Some(name) => (name.as_str(), dotted),
                None => (first, first),
            };
            return self.assign_name(name, Val::Name(value.into()), place);
        }
        let value = match self.load(dotted) {
            Ok(module) => match &alias.asname {
                Some(_) => Val::Module(module),
                None => match self.load(first) {
                    Ok(top) => Val::Module(top),
                    Err(_) => Val::Name(first.into()),
                },
            },
            Err(Found::Missing) => {
                self.missing(dotted, place);
                return;
            }
            Err(_) => {
                if !self.outside(first, place) {
                    return;
                }
                Val::Name(if alias.asname.is_some() { dotted.into() } else { first.into() })
            }
        };
        let name = alias.asname.as_ref().map_or(first, |name| name.as_str());
        self.assign_name(name, value, place);
    }

    /// Whether a package outside the project can be imported; inside `try` that may fail.
    fn outside(&mut self, package: &str, place: Span) -> bool {
        if self.tries == 0 || STANDARD.contains(&package) || package.starts_with('_') {
            return true;
        }
        // The modules of Python 2 and of Python 3 exclude each other.
        if matches!(
            package,
            "ConfigParser" | "urlparse" | "urllib2" | "cPickle" | "StringIO" | "Queue" | "httplib"
        ) {
            self.may_raise(&Cond::always(), "ImportError");
            return false;
        }
        let texts =
            [format!("`{package}` is not installed").into(), format!("`{package}` is installed").into()];
        let [no, _] =
            self.atoms.literal(Key::There(package.into()), texts, Some(place), [Truth::Maybe, Truth::Maybe]);
        self.may_raise(&no, "ImportError");
        true
    }

    fn missing(&mut self, dotted: &str, place: Span) {
        if self.tries > 0 && self.missing_is_there == 0 {
            let text =
                format!("`{dotted}` is not among the files; where it exists it may change any setting");
            if !self.assumptions.files_complete {
                self.optional.push(Unknown::new(Why::FileMissing, text, Some(place)));
            }
            self.may_raise(&Cond::always(), "ModuleNotFoundError");
        } else {
            let text = format!("`{dotted}` is not among the files");
            self.open_here(Unknown::new(Why::FileMissing, text, Some(place)));
        }
    }

    /// Names may be set here that we do not see; those that are set may have been replaced.
    fn open_here(&mut self, unknown: Unknown) {
        let names = self.local_names();
        self.forget_names_with(names, &Rc::new(unknown));
    }

    pub(super) fn import_from(&mut self, node: &'a StmtImportFrom) {
        let place = self.span(node);
        let Some(dotted) = self.absolute(node) else {
            self.raised("ImportError", "the relative import leaves the package", Some(place));
            return;
        };
        let star = node.names.iter().any(|alias| &alias.name == "*");
        if self.is_names_only(&dotted) {
            for alias in &node.names {
                if star {
                    for (name, full) in self.names_at_top(&dotted, 3) {
                        self.assign_name(&name, Val::Name(full.into()), place);
                    }
                    continue;
                }
                let name = alias.asname.as_ref().unwrap_or(&alias.name);
                let full = format!("{dotted}.{}", alias.name);
                // A submodule that builds URLs, of a package that does not.
                let value = match self.find(&full) {
                    Found::File(..) if !self.is_names_only(&full) => self.load(&full).ok().map(Val::Module),
                    _ => None,
                };
                self.assign_name(name, value.unwrap_or_else(|| Val::Name(full.into())), place);
            }
            return;
        }
        match self.load(&dotted) {
            Ok(module) => {
                for alias in &node.names {
                    if &alias.name == "*" {
                        self.star(&module, place);
                    } else {
                        self.import_name(&module, alias, place);
                    }
                }
            }
            Err(Found::Missing) => self.missing(&dotted, place),
            Err(_) => self.bind_outside(node, &dotted, star, place),
        }
    }

    fn bind_outside(&mut self, node: &'a StmtImportFrom, dotted: &str, star: bool, place: Span) {
        let first = dotted.split('.').next().unwrap_or_default();
        if star {
            let standard = STANDARD.contains(&first);
            if dotted == "django.conf.global_settings" {
                return;
            }
            let local = first.contains("local") || first.contains("settings") || first.contains("secret");
            if self.tries > 0 && local && !dotted.contains('.') {
                return self.missing(dotted, place);
            }
            if !self.outside(first, place) {
                return;
            }
            let names = self.local_names();
            if !standard {
                let text = format!("`from {dotted} import *` brings names from outside the project");
                self.open_here(Unknown::new(Why::NotOurs, text, Some(place)));
            }
            if let Some(names) = self.heap.names_mut(names) {
                names.stars.push(dotted.into());
            }
            return;
        }
        if !self.outside(first, place) {
            return;
        }
        for alias in &node.names {
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            let value = self.library_attribute(dotted, &alias.name, place);
            self.assign_name(name, value, place);
        }
    }

    /// The absolute name of what `from … import` names.
    fn absolute(&self, node: &StmtImportFrom) -> Option<String> {
        let module = node.module.as_ref().map_or("", |module| module.as_str());
        if node.level == 0 {
            return Some(module.to_owned());
        }
        let here = &self.frame().scope.module;
        let mut package: Vec<&str> = here.name.split('.').collect();
        let mut up = node.level as usize;
        if here.package {
            up -= 1;
        }
        // A settings file that is executed by `exec` or at the top has no package.
        if up > package.len() || (up == package.len() && module.is_empty()) {
            return None;
        }
        package.truncate(package.len() - up);
        if !module.is_empty() {
            package.push(module);
        }
        (!package.is_empty()).then(|| package.join("."))
    }

    fn import_name(&mut self, module: &Rc<ModuleInfo>, alias: &'a Alias, place: Span) {
        let name = alias.name.as_str();
        let target = alias.asname.as_ref().map_or(name, |name| name.as_str());
        let slot = self.heap.names(module.names).and_then(|names| names.slots.get(name)).cloned();
        if let Some(slot) = slot
            && !slot.val.is_unset()
        {
            let value = self.demand(slot.val, "ImportError", "it may not be set", Some(place));
            self.assign_name(target, value, place);
            self.prefix_history(target, &slot.history, place);
            return;
        }
        let child = format!("{}.{name}", module.name);
        if self.is_names_only(&child) {
            return self.assign_name(target, Val::Name(child.into()), place);
        }
        if let Ok(child) = self.load(&child) {
            return self.assign_name(target, Val::Module(child), place);
        }
        let names = self.heap.names(module.names).cloned().unwrap_or_default();
        if let Some(star) = names.stars.last() {
            let value = Val::Name(format!("{star}.{name}").into());
            return self.assign_name(target, value, place);
        }
        if let Some(unknown) = names.open {
            return self.assign_name(target, Val::Unknown(Rc::new(unknown)), place);
        }
        let text = format!("`{}` has no `{name}`", module.name);
        let value = self.raised("ImportError", text, Some(place));
        self.assign_name(target, value, place);
    }

    /// The lines that made an imported name come before its import.
    fn prefix_history(&mut self, name: &str, history: &Rc<Vec<Assignment>>, place: Span) {
        if history.is_empty() {
            return;
        }
        let names = self.local_names();
        let happens = if self.path.is_always() { Truth::Yes } else { Truth::Maybe };
        let Some(slot) = self.heap.names_mut(names).and_then(|names| names.slots.get_mut(name)) else {
            return;
        };
        let own = Rc::make_mut(&mut slot.history);
        let import = own.pop();
        for step in history.iter() {
            let mut step = step.clone();
            step.via.insert(0, place);
            step.happens = step.happens.and(happens);
            own.push(step);
        }
        drop(import);
    }

    /// `from module import *`.
    pub(super) fn star(&mut self, module: &Rc<ModuleInfo>, place: Span) {
        let source = self.heap.names(module.names).cloned().unwrap_or_default();
        let exported = match source.slots.get("__all__").map(|slot| slot.val.clone()) {
            None | Some(Val::Unset) => None,
            Some(value) => {
                let names = self.iterate(&value, place);
                let known: Option<Vec<Arc<str>>> = names
                    .iter()
                    .map(|name| if let Val::Text(name) = name { Some(name.clone()) } else { None })
                    .collect();
                known
            }
        };
        let target = self.local_names();
        let happens = if self.path.is_always() { Truth::Yes } else { Truth::Maybe };
        for (name, slot) in &source.slots {
            let wanted = match &exported {
                Some(names) => names.contains(name),
                None => !name.starts_with('_'),
            };
            if !wanted || slot.val.is_unset() || target == module.names {
                continue;
            }
            let before = self.heap.names(target).and_then(|names| names.slots.get(name)).cloned();
            // What may be unset there keeps what is here.
            let val = match (&slot.val, &before) {
                (Val::OneOf(branches), Some(before))
                    if branches.iter().any(|(_, value)| value.is_unset()) =>
                {
                    let own = before.val.clone();
                    self.each(&slot.val, &mut |_, value| {
                        if value.is_unset() { own.clone() } else { value.clone() }
                    })
                }
                (value, _) => (*value).clone(),
            };
            let mut history: Vec<Assignment> =
                before.as_ref().map(|slot| slot.history.to_vec()).unwrap_or_default();
            for step in slot.history.iter() {
                let mut step = step.clone();
                step.via.insert(0, place);
                step.happens = step.happens.and(happens);
                history.push(step);
            }
            if let Some(names) = self.heap.names_mut(target) {
                names.slots.insert(name.clone(), super::val::Slot { val, history: Rc::new(history) });
            }
        }
        if let Some(unknown) = source.open {
            self.forget_unlisted(
                target,
                &source.slots.keys().cloned().collect::<Vec<_>>(),
                &Rc::new(unknown),
            );
        }
        if let Some(names) = self.heap.names_mut(target) {
            for star in source.stars {
                if !names.stars.contains(&star) {
                    names.stars.push(star);
                }
            }
        }
    }

    /// A star import from a module that may have more names: what it is not seen to set may be replaced by it.
    fn forget_unlisted(&mut self, target: super::val::Id, listed: &[Arc<str>], unknown: &Rc<Unknown>) {
        let Some(names) = self.heap.names_mut(target) else { return };
        for (name, slot) in &mut names.slots {
            if super::has_history(name) && !listed.contains(name) {
                slot.val = Val::Unknown(unknown.clone());
            }
        }
        names.open = Some((**unknown).clone());
    }

    pub(super) fn module_attribute(&mut self, module: &Rc<ModuleInfo>, name: &str, place: Span) -> Val<'a> {
        match self.slot(module.names, name) {
            None | Some(Val::Unset) => {}
            Some(value) => {
                let value = self.prune(value);
                return self.demand(value, "AttributeError", "it may not be set", Some(place));
            }
        }
        match name {
            "__file__" => {
                if let Some(path) = module.file.and_then(|file| self.modules.sources().path(file)) {
                    return Val::text(format!("{}/{path}", super::val::ROOT));
                }
            }
            "__name__" => return Val::Text(module.name.clone()),
            "__dict__" => return Val::Object(self.heap.add(Object::View(module.names))),
            _ => {}
        }
        let child = format!("{}.{name}", module.name);
        if self.is_names_only(&child) {
            return Val::Name(child.into());
        }
        if let Ok(child) = self.load(&child) {
            return Val::Module(child);
        }
        let names = self.heap.names(module.names).cloned().unwrap_or_default();
        if let Some(star) = names.stars.last() {
            return Val::Name(format!("{star}.{name}").into());
        }
        match names.open {
            Some(unknown) => Val::Unknown(Rc::new(unknown)),
            None => self.raised("AttributeError", format!("`{}` has no `{name}`", module.name), Some(place)),
        }
    }

    /// Executes a file of the project in the present namespace (`exec(open(…).read())`, split-settings).
    pub(super) fn execute_here(&mut self, path: &Utf8Path, place: Span) -> bool {
        if self.importing >= DEEPEST_IMPORT {
            return false;
        }
        let modules = self.modules;
        let Some(python) = modules.module_at(path) else { return false };
        let frame = self.frame();
        let (module, locals) = (frame.scope.module.clone(), frame.locals);
        let file = python.file.id;
        let before: Vec<(Arc<str>, usize)> = self.history_lengths();
        self.importing += 1;
        self.run_body(&module, file, &python.syntax.body, locals);
        self.importing -= 1;
        self.add_via(&before, place);
        true
    }

    fn history_lengths(&self) -> Vec<(Arc<str>, usize)> {
        let names = self.local_names();
        let Some(names) = self.heap.names(names) else { return Vec::new() };
        names.slots.iter().map(|(name, slot)| (name.clone(), slot.history.len())).collect()
    }

    fn add_via(&mut self, before: &[(Arc<str>, usize)], place: Span) {
        let names = self.local_names();
        let Some(names) = self.heap.names_mut(names) else { return };
        for (name, slot) in &mut names.slots {
            let known = before.iter().find(|(other, _)| other == name).map_or(0, |(_, length)| *length);
            if slot.history.len() > known {
                for step in &mut Rc::make_mut(&mut slot.history)[known..] {
                    step.via.insert(0, place);
                }
            }
        }
    }
}
