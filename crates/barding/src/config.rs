//! The configuration: `[tool.barding]` in `pyproject.toml`, or `barding.toml`. Keys are strict: a slip of the pen must not
//! silently switch something off.

use anyhow::{Context as _, bail};
use barding_audit::{ConfiguredIgnore, PathPatterns};
use barding_project::flow::Model;
use barding_project::stated::{Deployment, Layer};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a configuration file may say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Config {
    /// Rules or tips to ask; all when empty.
    pub(crate) select: Vec<String>,
    /// Rules or tips not to ask.
    pub(crate) ignore: Vec<String>,
    /// The least severity reported.
    pub(crate) min_severity: Option<crate::args::SeverityArg>,
    /// The least confidence reported.
    pub(crate) min_confidence: Option<crate::args::ConfidenceArg>,
    /// From which severity on the exit code is 1.
    pub(crate) fail_on: Option<crate::args::FailOn>,
    /// Whether gaps make the exit code 2.
    pub(crate) strict: bool,
    /// The production settings modules.
    settings: OneOrMany,
    /// The version of Django.
    pub(crate) django: Option<String>,
    /// Environment variables that are known.
    pub(crate) env: BTreeMap<String, toml::Value>,
    /// Files with environment variables.
    env_file: OneOrMany,
    /// The findings of an earlier day.
    baseline: Option<Utf8PathBuf>,
    /// Findings to set aside, each with its reason.
    ignores: Vec<IgnoreEntry>,
    /// What stands in front of Django.
    deployment: DeploymentEntry,
    /// What the project's own functions do.
    model: ModelEntry,
    /// The file it was read from.
    #[serde(skip)]
    pub(crate) file: Option<Utf8PathBuf>,
}

/// A text or a list of texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    fn list(&self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text.clone()],
            Self::Many(list) => list.clone(),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IgnoreEntry {
    #[serde(default)]
    rule: String,
    vulnerability: Option<String>,
    #[serde(default)]
    paths: Vec<String>,
    reason: String,
    until: Option<Day>,
}

/// A date, quoted or not.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Day {
    Text(String),
    Date(toml::value::Datetime),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct DeploymentEntry {
    tls: Option<LayerEntry>,
    redirects_to_https: Option<LayerEntry>,
    hsts: Option<LayerEntry>,
    stripped_headers: Vec<String>,
    settings: OneOrMany,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LayerEntry {
    Django,
    Server,
    LoadBalancer,
    Platform,
}

impl From<LayerEntry> for Layer {
    fn from(entry: LayerEntry) -> Self {
        match entry {
            LayerEntry::Django => Self::Django,
            LayerEntry::Server => Self::Server,
            LayerEntry::LoadBalancer => Self::LoadBalancer,
            LayerEntry::Platform => Self::Platform,
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ModelEntry {
    sources: Vec<String>,
    sanitizers: Vec<String>,
    guards: Vec<String>,
    access: Vec<String>,
    /// By kind of harm: `sql`, `html`, `command`, `path`, `url`, `redirect`, `code`.
    sinks: BTreeMap<String, Vec<String>>,
}

/// Reads the configuration that holds for `target`: the file named, or the nearest above it.
pub(crate) fn load(target: &Utf8Path, named: Option<&Utf8Path>) -> anyhow::Result<Config> {
    if let Some(path) = named {
        let text = std::fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
        let found = parse(path, &text)?;
        return found.with_context(|| format!("{path} has no [tool.barding] table"));
    }
    let absolute = camino::absolute_utf8(target).unwrap_or_else(|_| target.to_owned());
    for folder in absolute.ancestors().filter(|folder| folder.is_dir()) {
        for name in ["barding.toml", "pyproject.toml"] {
            let path = folder.join(name);
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            // A broken pyproject.toml without our table is other tools' business.
            if name == "pyproject.toml" && !text.contains("tool.barding") {
                continue;
            }
            if let Some(config) = parse(&path, &text)? {
                return Ok(config);
            }
        }
        // A repository's folder is as far up as its configuration can be.
        if folder.join(".git").exists() {
            break;
        }
    }
    Ok(Config::default())
}

fn parse(path: &Utf8Path, text: &str) -> anyhow::Result<Option<Config>> {
    let wrong = || format!("the configuration in {path} is wrong");
    let mut config = if path.file_name() == Some("pyproject.toml") {
        #[derive(Deserialize)]
        struct Pyproject {
            tool: Option<Tool>,
        }
        #[derive(Deserialize)]
        struct Tool {
            barding: Option<Config>,
        }
        let file: Pyproject = toml::from_str(text).with_context(wrong)?;
        match file.tool.and_then(|tool| tool.barding) {
            Some(config) => config,
            None => return Ok(None),
        }
    } else {
        toml::from_str(text).with_context(wrong)?
    };
    config.file = Some(path.to_owned());
    Ok(Some(config))
}

impl Config {
    /// The folder that paths in it are relative to.
    fn folder(&self) -> &Utf8Path {
        self.file.as_deref().and_then(Utf8Path::parent).unwrap_or(Utf8Path::new(""))
    }

    /// The production settings modules.
    pub(crate) fn settings(&self) -> Vec<String> {
        let mut modules = self.settings.list();
        modules.extend(self.deployment.settings.list());
        modules
    }

    /// Files with environment variables.
    pub(crate) fn env_files(&self) -> Vec<Utf8PathBuf> {
        self.env_file.list().iter().map(|path| self.folder().join(path)).collect()
    }

    /// The baseline's file.
    pub(crate) fn baseline(&self) -> Option<Utf8PathBuf> {
        self.baseline.as_ref().map(|path| self.folder().join(path))
    }

    /// What stands in front of Django.
    pub(crate) fn deployment(&self) -> Deployment {
        let entry = &self.deployment;
        Deployment {
            tls_ends_at: entry.tls.map(Into::into),
            redirects_to_https: entry.redirects_to_https.map(Into::into),
            sends_hsts: entry.hsts.map(Into::into),
            stripped_headers: entry
                .stripped_headers
                .iter()
                .map(|header| {
                    let header = header.to_ascii_uppercase().replace('_', "-");
                    header.strip_prefix("HTTP-").map(str::to_owned).unwrap_or(header)
                })
                .collect(),
        }
    }

    /// What the project's own functions do.
    pub(crate) fn model(&self) -> Model {
        let ModelEntry { sources, sanitizers, guards, access, sinks } = self.model.clone();
        let sinks = sinks
            .into_iter()
            .flat_map(|(kind, names)| names.into_iter().map(move |name| (name, kind.clone())));
        Model { sources, sanitisers: sanitizers, guards, access, sinks: sinks.collect() }
    }

    /// The ignores, with paths relative to `root`, the audited folder.
    pub(crate) fn ignores(&self, root: &Utf8Path) -> anyhow::Result<Vec<ConfiguredIgnore>> {
        let Some(file) = &self.file else { return Ok(Vec::new()) };
        let root = camino::absolute_utf8(root).unwrap_or_else(|_| root.to_owned());
        let below = root.strip_prefix(self.folder()).unwrap_or(Utf8Path::new(""));
        self.ignores
            .iter()
            .map(|entry| {
                let paths = PathPatterns::new(&entry.paths, below)
                    .map_err(|why| anyhow::anyhow!("{file}: a pattern of an ignore is wrong: {why}"))?;
                let what = entry.vulnerability.as_deref().unwrap_or(&entry.rule);
                if what.trim().is_empty() {
                    bail!("{file}: an ignore names neither a rule nor a vulnerability");
                }
                if entry.reason.trim().is_empty() {
                    bail!("{file}: the ignore of `{what}` needs a reason");
                }
                Ok(ConfiguredIgnore {
                    rule: entry.rule.clone(),
                    vulnerability: entry.vulnerability.clone(),
                    paths,
                    reason: entry.reason.clone(),
                    until: entry.until.as_ref().map(|day| day_of(day, file)).transpose()?,
                    file: file.strip_prefix(&root).unwrap_or(file).to_owned(),
                })
            })
            .collect()
    }
}

fn day_of(day: &Day, file: &Utf8Path) -> anyhow::Result<String> {
    let text = match day {
        Day::Text(text) => text.clone(),
        Day::Date(date) => date.to_string(),
    };
    let shape = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if text.len() != 10 || !shape {
        bail!("{file}: `until = {text:?}` is no date; write it as 2027-01-31");
    }
    Ok(text)
}

/// Reads `KEY=VALUE` lines: comments, `export`, and quotes are understood, references to other variables are not.
pub(crate) fn read_env_file(path: &Utf8Path) -> anyhow::Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
    Ok(text.lines().filter_map(env_line).collect())
}

fn env_line(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    if line.starts_with('#') {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let value = value.trim();
    let value = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => match value[1..].split_once(quote) {
            Some((inside, _)) => inside,
            None => value,
        },
        _ => value.split(" #").next().unwrap_or_default().trim_end(),
    };
    Some((name.trim().to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> anyhow::Result<Config> {
        Ok(parse(Utf8Path::new("/p/barding.toml"), text)?.unwrap())
    }

    #[test]
    fn a_wrong_key_says_which_are_right() {
        let error = format!("{:#}", config("selct = []").unwrap_err());
        assert!(error.contains("selct") && error.contains("select"), "{error}");
        let error = format!("{:#}", config("[deployment]\ntls = 'cloud'").unwrap_err());
        assert!(error.contains("load-balancer"), "{error}");
    }

    #[test]
    fn ignores_need_a_reason_and_a_real_date() {
        let text = "[[ignores]]\nrule = 'a'\nreason = 'b'\nuntil = 2027-01-31\npaths = ['legacy']";
        let ignores = config(text).unwrap().ignores(Utf8Path::new("/p")).unwrap();
        assert_eq!(ignores[0].until.as_deref(), Some("2027-01-31"));
        assert!(config("[[ignores]]\nrule = 'a'").is_err());
        let neither = config("[[ignores]]\nreason = 'b'").unwrap();
        assert!(neither.ignores(Utf8Path::new("/p")).is_err());
        let text = "[[ignores]]\nvulnerability = 'CVE-2024-1'\nreason = 'b'";
        let ignores = config(text).unwrap().ignores(Utf8Path::new("/p")).unwrap();
        assert_eq!(ignores[0].vulnerability.as_deref(), Some("CVE-2024-1"));
        let late = config("[[ignores]]\nrule = 'a'\nreason = 'b'\nuntil = 'soon'").unwrap();
        assert!(late.ignores(Utf8Path::new("/p")).is_err());
    }

    #[test]
    fn what_stands_in_front_is_read() {
        let text = "settings = 'a.b'\n[deployment]\ntls = 'load-balancer'\nstripped-headers = ['HTTP_X_FORWARDED_PROTO']\nsettings = ['c']";
        let config = config(text).unwrap();
        assert_eq!(config.deployment().tls_ends_at, Some(Layer::LoadBalancer));
        assert!(config.deployment().strips("X-Forwarded-Proto"));
        assert_eq!(config.settings(), ["a.b", "c"]);
    }

    #[test]
    fn the_documented_example_is_valid() {
        let page = include_str!("../../../docs/configuration.md");
        let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let config = parse(Utf8Path::new("/p/pyproject.toml"), example).unwrap().unwrap();
        assert_eq!(config.ignores(Utf8Path::new("/p")).unwrap().len(), 2);
        assert_eq!(config.env_files(), ["/p/deploy/production.env"]);
        assert_eq!(config.model().sinks, [("shop.db.run".to_owned(), "sql".to_owned())]);
    }

    #[test]
    fn env_lines_are_read_as_shells_do() {
        let line = |text| env_line(text).unwrap();
        assert_eq!(line("export A='b # c' # d"), ("A".into(), "b # c".into()));
        assert_eq!(line("A = b # c"), ("A".into(), "b".into()));
        assert_eq!(env_line("# A=b"), None);
    }
}
