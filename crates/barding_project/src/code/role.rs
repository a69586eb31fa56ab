//! What a Python file is for, told by its path. Rules lower or drop what they find in files that serve no visitor.

use camino::Utf8Path;

/// What a Python file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileRole {
    /// Code that may serve visitors.
    Production,
    /// Settings.
    Settings,
    /// A migration.
    Migration,
    /// A management command or a script that people start by hand.
    Command,
    /// Tests and what only they use.
    Test,
    /// Documentation and examples.
    Example,
    /// Packaging and project tooling.
    Tooling,
    /// Somebody else's code, copied in.
    Vendored,
}

impl FileRole {
    /// Whether code of this role may run on the live site, for a visitor or by hand.
    pub fn may_serve(self) -> bool {
        !matches!(self, Self::Test | Self::Migration | Self::Example | Self::Tooling)
    }

    /// The role of the file at `path`.
    pub fn of(path: &Utf8Path) -> Self {
        let name = path.file_name().unwrap_or_default();
        let folders: Vec<&str> = path
            .parent()
            .into_iter()
            .flat_map(|parent| parent.components())
            .map(|part| part.as_str())
            .collect();
        let any = |names: &[&str]| folders.iter().any(|folder| names.contains(folder));
        if any(&[
            "tests",
            "test",
            "testing",
            "testproject",
            "test_project",
            "testapp",
            "test_app",
            "e2e",
            "cypress",
        ]) || folders.iter().any(|folder| folder.starts_with("test_") || folder.ends_with("_tests"))
            || name == "tests.py"
            || name == "test.py"
            || name == "conftest.py"
            || name.starts_with("test_")
            || name.ends_with("_test.py")
            || name.ends_with("_tests.py")
            || name == "factories.py"
        {
            return Self::Test;
        }
        if any(&["migrations", "south_migrations", "alembic"]) {
            return Self::Migration;
        }
        if any(&[
            "docs",
            "doc",
            "examples",
            "example",
            "demo",
            "demos",
            "samples",
            "sample",
            "benchmarks",
            "benchmark",
        ]) || folders.iter().any(|folder| folder.starts_with("example_"))
        {
            return Self::Example;
        }
        if any(&["_vendor", "vendor", "vendored", "third_party", "thirdparty", "extern", "externals"]) {
            return Self::Vendored;
        }
        if folders.windows(2).any(|pair| pair == ["management", "commands"])
            || name == "manage.py"
            || folders
                .first()
                .is_some_and(|folder| matches!(*folder, "scripts" | "bin" | "tools" | "utils_dev"))
        {
            return Self::Command;
        }
        if matches!(
            name,
            "setup.py" | "noxfile.py" | "fabfile.py" | "tasks_dev.py" | "versioneer.py" | "gulpfile.py"
        ) && folders.len() <= 1
        {
            return Self::Tooling;
        }
        if any(&["settings"])
            || matches!(name, "settings.py")
            || name.starts_with("settings_")
            || name.ends_with("_settings.py")
        {
            return Self::Settings;
        }
        Self::Production
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_the_role() {
        let cases = [
            ("shop/views.py", FileRole::Production),
            ("shop/tests/test_views.py", FileRole::Test),
            ("shop/migrations/0001_initial.py", FileRole::Migration),
            ("shop/management/commands/load.py", FileRole::Command),
            ("docs/conf.py", FileRole::Example),
            ("setup.py", FileRole::Tooling),
            ("shop/settings/base.py", FileRole::Settings),
            ("shop/contest.py", FileRole::Production),
            ("shop/_vendor/six.py", FileRole::Vendored),
        ];
        for (path, role) in cases {
            assert_eq!(FileRole::of(Utf8Path::new(path)), role, "{path}");
        }
    }
}
