//! CI jobs and a pre-commit hook that run barding.

use crate::site::Site;

/// Where the checks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipeline {
    /// `.github/workflows/barding.yml`.
    GitHub,
    /// A job for `.gitlab-ci.yml`.
    GitLab,
    /// `.pre-commit-config.yaml`.
    PreCommit,
}

impl Pipeline {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::GitHub, Self::GitLab, Self::PreCommit];

    /// The file it belongs in.
    pub fn path(self) -> &'static str {
        match self {
            Self::GitHub => ".github/workflows/barding.yml",
            Self::GitLab => ".gitlab-ci.yml",
            Self::PreCommit => ".pre-commit-config.yaml",
        }
    }
}

/// The file's text.
pub fn ci(site: &Site, pipeline: Pipeline) -> String {
    let settings = site
        .module
        .as_deref()
        .filter(|module| module.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:".contains(&byte)));
    let settings = settings.map(|module| format!(" --settings {module}")).unwrap_or_default();
    match pipeline {
        Pipeline::GitHub => github(&settings),
        Pipeline::GitLab => gitlab(&settings),
        Pipeline::PreCommit => pre_commit(&settings),
    }
}

fn github(settings: &str) -> String {
    format!(
        "# Audits every push and pull request. Made by `barding generate ci`.\nname: barding\n\non:\n  push:\n    branches: [main, \
         master]\n  pull_request:\n  schedule:\n    # New advisories concern old code too.\n    - cron: \"17 4 * * 1\"\n\n# The job may read \
         the code and hand in its report, and nothing else.\npermissions:\n  contents: read\n  security-events: write\n\njobs:\n  barding:\n    \
         runs-on: ubuntu-latest\n    timeout-minutes: 10\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          # The whole \
         history, for secrets in old commits.\n          fetch-depth: 0\n          # No token stays behind in the folder that is \
         audited.\n          persist-credentials: false\n      - name: Install barding\n        # Pin the version; a copy of the binary in your \
         own image is faster.\n        run: cargo install --locked barding\n      - name: Audit\n        run: barding check .{settings} --format \
         sarif --output barding.sarif --fail-on high\n      - name: Secrets in the history\n        if: always()\n        run: barding \
         secrets . --history --format github --fail-on high\n      - name: Hand in the report\n        if: always()\n        uses: \
         github/codeql-action/upload-sarif@v3\n        with:\n          sarif_file: barding.sarif\n"
    )
}

fn gitlab(settings: &str) -> String {
    format!(
        "# Audits every pipeline; the report shows in merge requests. Made by `barding generate ci`.\nbarding:\n  stage: test\n  # An image \
         of your own with barding in it saves the installation.\n  image: rust:1-slim\n  variables:\n    # The whole history, for secrets in \
         old commits.\n    GIT_DEPTH: \"0\"\n  before_script:\n    - cargo install --locked barding\n  script:\n    - barding check \
         .{settings} --format gitlab-sast --output gl-sast-report.json --fail-on high\n    - barding secrets . --history --fail-on \
         high\n  artifacts:\n    when: always\n    reports:\n      sast: gl-sast-report.json\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \
         \"merge_request_event\"\n    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n"
    )
}

fn pre_commit(settings: &str) -> String {
    format!(
        "# Runs before every commit (`pre-commit install`). Made by `barding generate ci`.\nrepos:\n  - repo: local\n    hooks:\n      - id: \
         barding-secrets\n        name: no secret is committed\n        entry: barding secrets --staged --fail-on low\n        language: \
         system\n        pass_filenames: false\n        always_run: true\n      - id: barding-check\n        name: barding check\n        # \
         Only what is severe stops a commit; the pipeline tells the rest.\n        entry: barding check .{settings} --quiet --fail-on \
         high\n        language: system\n        pass_filenames: false\n        types_or: [python, html, yaml, toml]\n"
    )
}
