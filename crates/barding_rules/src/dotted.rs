//! Dotted paths that settings and URLconfs name as text: whether there is anything under them.

use barding_project::code::{Code, ModuleId, ScopeId};

/// Whether a dotted path names a module of the project that has no such name, and nothing that could bring it.
pub(crate) fn missing_in_project(code: &Code, path: &str, from: ModuleId) -> bool {
    let Some((module, name)) = path.rsplit_once('.') else { return false };
    let Some(module) = code.module_named(module, Some(from)) else { return false };
    let scope = code.module(module).scope(ScopeId(0));
    let binds = |name: &str| code.known_symbol(name).is_some_and(|symbol| !scope.of(symbol).is_empty());
    // A package's modules are its names as well.
    let is_module = code.module_named(path, Some(from)).is_some();
    !binds(name) && !binds("__getattr__") && scope.stars.is_empty() && !is_module
}
