//! Arguments that several commands share.

use barding_finding::{Confidence, Severity};
use barding_report::Format;
use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};
use serde::Deserialize;

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb; CLICOLOR_FORCE turns them on
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a report is written and what makes it fail. Every command that ends in a report has these.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs {
    /// How to write the report
    #[arg(long, short = 'f', value_name = "FORMAT")]
    pub(crate) format: Option<FormatArg>,
    /// Write the report to a file instead of the standard output
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Show every finding with all its steps instead of folding those of one rule
    #[arg(long)]
    pub(crate) full: bool,
    /// Count the findings of each rule instead of showing them
    #[arg(long, conflicts_with = "full")]
    pub(crate) statistics: bool,
    /// Show the findings only: no checklist, no account of what was looked at
    #[arg(long, short = 'q')]
    pub(crate) quiet: bool,
    /// Leave out findings that are less severe
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) min_severity: Option<SeverityArg>,
    /// Leave out findings that are less certain
    #[arg(long, value_name = "CONFIDENCE")]
    pub(crate) min_confidence: Option<ConfidenceArg>,
    /// Exit with 1 only for findings at least this severe [default: low]
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// Exit with 2 when something could not be read, known or judged
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What the user says about the project that no file shows. `check`, `settings` and `routes` have these.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Project")]
pub(crate) struct ProjectArgs {
    /// Judge this settings module as production's, whatever its name; may be repeated
    #[arg(long, value_name = "MODULE", value_delimiter = ',')]
    pub(crate) settings: Vec<String>,
    /// An environment variable that is known, as KEY=VALUE; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) env: Vec<String>,
    /// A file of environment variables; may be repeated, later ones win
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Vec<Utf8PathBuf>,
    /// Variables that --env and --env-file do not name are known not to be set
    #[arg(long)]
    pub(crate) env_complete: bool,
    /// Files that settings ask for and that are not below PATH are known not to be there where the site runs
    #[arg(long)]
    pub(crate) files_complete: bool,
    /// The version of Django, when no lock file tells it
    #[arg(long, value_name = "VERSION")]
    pub(crate) django: Option<String>,
    /// Read this configuration instead of the nearest pyproject.toml or barding.toml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<Utf8PathBuf>,
    /// Read no configuration at all
    #[arg(long)]
    pub(crate) no_config: bool,
}

/// The formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// For people, with the code in question
    Terminal,
    /// Everything, versioned; the schema is in docs/report.schema.json
    Json,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
    /// Annotations on the lines of a pull request, in GitHub Actions
    Github,
    /// GitLab's Code Quality report
    Gitlab,
    /// GitLab's SAST report
    GitlabSast,
    /// JUnit XML: a test per rule
    Junit,
    /// For a comment or a pipeline's summary
    Markdown,
    /// One self-contained page for a browser
    Html,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Terminal => Self::Terminal,
            FormatArg::Json => Self::Json,
            FormatArg::Sarif => Self::Sarif,
            FormatArg::Github => Self::Github,
            FormatArg::Gitlab => Self::Gitlab,
            FormatArg::GitlabSast => Self::GitlabSast,
            FormatArg::Junit => Self::Junit,
            FormatArg::Markdown => Self::Markdown,
            FormatArg::Html => Self::Html,
        }
    }
}

/// A severity on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SeverityArg {
    /// Worth knowing
    Info,
    /// A missing layer of defence
    Low,
    /// Exploitable together with something else
    Medium,
    /// Exploitable by itself
    High,
    /// The whole site or its data is open
    Critical,
}

impl From<SeverityArg> for Severity {
    fn from(severity: SeverityArg) -> Self {
        match severity {
            SeverityArg::Info => Self::Info,
            SeverityArg::Low => Self::Low,
            SeverityArg::Medium => Self::Medium,
            SeverityArg::High => Self::High,
            SeverityArg::Critical => Self::Critical,
        }
    }
}

/// A confidence on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ConfidenceArg {
    /// Something that could not be seen decides it
    Low,
    /// True unless the project does something unusual
    Medium,
    /// Nothing known can make it false
    High,
}

impl From<ConfidenceArg> for Confidence {
    fn from(confidence: ConfidenceArg) -> Self {
        match confidence {
            ConfidenceArg::Low => Self::Low,
            ConfidenceArg::Medium => Self::Medium,
            ConfidenceArg::High => Self::High,
        }
    }
}

/// From which severity on findings make the command exit with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FailOn {
    /// Any finding
    Info,
    /// Low and worse
    Low,
    /// Medium and worse
    Medium,
    /// High and worse
    High,
    /// Only critical ones
    Critical,
    /// Nothing: always exit with 0 when the audit happened
    Never,
}

impl FailOn {
    /// The least severity that fails; `None` when nothing does.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Info => Some(Severity::Info),
            Self::Low => Some(Severity::Low),
            Self::Medium => Some(Severity::Medium),
            Self::High => Some(Severity::High),
            Self::Critical => Some(Severity::Critical),
            Self::Never => None,
        }
    }
}
