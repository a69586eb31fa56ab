//! `cargo xtask oracle readers`: each library that reads the environment is asked what it makes of many texts, in more than
//! one release where releases differ, and barding's answer is held against it.

use super::compare::{encode, known_cases, same};
use super::real::python_of;
use crate::tools::{root, run as run_command};
use anyhow::{Context, Result, bail};
use barding_project::{Effective, Options, Project, python};
use barding_source::{MemoryTree, ReadLimits, Sources};
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// xtask/oracle/readers.toml
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    /// Texts that every call is tried with, beside no variable at all.
    texts: Vec<String>,
    library: Vec<Reader>,
}

/// One library.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reader {
    name: String,
    /// What pip is asked for; each entry is a release of its own.
    releases: Vec<Vec<String>>,
    pythons: Vec<String>,
    /// What stands above the call.
    prelude: String,
    /// Expressions that read the variable `X`.
    calls: Vec<String>,
    /// Texts for this library alone.
    #[serde(default)]
    texts: Vec<String>,
    /// Leaves the common texts out: these calls read addresses.
    #[serde(default)]
    only_own_texts: bool,
}

/// What a library did with a text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Real {
    Value(Json),
    Raises(Json),
}

#[derive(Default)]
struct Count {
    asked: usize,
    known: usize,
    stops: usize,
    unknown: usize,
}

pub(super) fn run(only: Option<&str>, name_unknown: bool) -> Result<()> {
    let text = fs::read_to_string(root().join("xtask/oracle/readers.toml"))?;
    let list: List = toml::from_str(&text).context("xtask/oracle/readers.toml")?;
    let (mut faults, mut total) = (Vec::new(), 0);
    for reader in list.library.iter().filter(|reader| only.is_none_or(|only| reader.name == only)) {
        let common = if reader.only_own_texts { &[] } else { list.texts.as_slice() };
        let texts: Vec<Option<&str>> = [None]
            .into_iter()
            .chain(common.iter().chain(&reader.texts).map(|text| Some(text.as_str())))
            .collect();
        let ours: Vec<_> = texts.iter().map(|text| answers(reader, *text)).collect();
        let releases: Result<Vec<_>> =
            reader.releases.iter().map(|release| Ok((release, ask(reader, release, &texts)?))).collect();
        let releases = releases?;
        let some_release_takes = |call: usize, text: usize| {
            releases.iter().any(|(_, real)| matches!(real[call][text], Real::Value(_)))
        };
        for (release, real) in &releases {
            let mut count = Count::default();
            for (call_at, (call, results)) in reader.calls.iter().zip(real).enumerate() {
                for (text_at, ((text, real), ours)) in texts.iter().zip(results).zip(&ours).enumerate() {
                    let ours = &ours[call.as_str()];
                    // Where a release refuses what another one takes, a server that runs has the other one's value.
                    if matches!(real, Real::Raises(_)) && some_release_takes(call_at, text_at) {
                        continue;
                    }
                    if let Err(fault) = judge(ours, real, &mut count) {
                        faults.push(format!("{}: {call} with {text:?}: {fault}", release.join(" ")));
                    }
                    if name_unknown && matches!((ours, real), (Ours::Unknown, Real::Value(_))) {
                        println!("unknown: {}: {call} with {text:?}: {real:?}", release.join(" "));
                    }
                }
            }
            let Count { asked, known, stops, unknown } = count;
            println!(
                "{:<44} {asked:>5} asked, {known:>5} known, {stops:>5} refused, {unknown:>4} not known",
                release.join(" ")
            );
            total += asked;
        }
    }
    if total == 0 {
        bail!("nothing was asked");
    }
    println!("{total} asked, {} differences", faults.len());
    if !faults.is_empty() {
        bail!("barding and the libraries do not agree:\n{}", faults.join("\n"));
    }
    Ok(())
}

/// What barding says of one call.
enum Ours {
    /// Every possibility, one where it is certain.
    Known(Vec<Json>),
    /// The module does not come that far.
    Stops,
    Unknown,
}

fn judge(ours: &Ours, real: &Real, count: &mut Count) -> Result<(), String> {
    count.asked += 1;
    match (ours, real) {
        (Ours::Unknown | Ours::Stops, Real::Raises(_)) => count.stops += 1,
        // Cases that are both possible where the reading itself is not told.
        (Ours::Known(cases), Real::Raises(_)) if cases.len() > 1 => count.stops += 1,
        (Ours::Unknown, Real::Value(_)) => count.unknown += 1,
        (Ours::Known(cases), Real::Value(real)) if cases.iter().any(|ours| same(ours, real)) => {
            count.known += 1
        }
        (Ours::Known(cases), Real::Value(real)) => {
            return Err(format!("barding says {}, it is {real}", json!(cases)));
        }
        (Ours::Known(cases), Real::Raises(error)) => {
            return Err(format!("barding says {}, it raises {error}", json!(cases)));
        }
        (Ours::Stops, Real::Value(real)) => return Err(format!("barding says it raises, it is {real}")),
    }
    Ok(())
}

/// barding's answer to every call of a library, each in a settings module of its own.
fn answers<'r>(reader: &'r Reader, text: Option<&str>) -> BTreeMap<&'r str, Ours> {
    let mut tree = MemoryTree::new().with("shop/__init__.py", "");
    let module = |number: usize| format!("shop.s{number}");
    for (number, call) in reader.calls.iter().enumerate() {
        let source = format!("{}\nVALUE = {call}\n", reader.prelude);
        tree = tree.with(format!("shop/s{number}.py").as_str(), source.as_bytes());
    }
    let options = Options {
        settings_modules: (0..reader.calls.len()).map(module).collect(),
        environment: text.map(|text| ("X".to_owned(), text.to_owned())).into_iter().collect(),
        environment_complete: true,
        files_complete: true,
        ..Options::default()
    };
    let sources = Sources::new(&tree, ReadLimits::default(), python::decode);
    let project = Project::read_settings(&sources, &options);
    let answer = |(number, call): (usize, &'r String)| {
        let module = project.settings.iter().find(|found| found.name == module(number));
        let ours = module.map_or(Ours::Unknown, |module| match module.get("VALUE") {
            Effective::Absent => Ours::Stops,
            effective => match effective.value() {
                Some(value) => match (known_cases(value, "/"), encode(value, "/")) {
                    (Some(cases), _) => Ours::Known(cases),
                    (None, Some(known)) => Ours::Known(vec![known]),
                    (None, None) => Ours::Unknown,
                },
                None => Ours::Unknown,
            },
        });
        (call.as_str(), ours)
    };
    reader.calls.iter().enumerate().map(answer).collect()
}

fn ask(reader: &Reader, release: &[String], texts: &[Option<&str>]) -> Result<Vec<Vec<Real>>> {
    let venv = install(reader, release)?;
    let folder = root().join("target/oracle/readers");
    fs::create_dir_all(&folder)?;
    let mut child = Command::new(venv.join("bin/python"))
        .arg(root().join("xtask/oracle/ask_readers.py"))
        .current_dir(&folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let question = json!({ "prelude": reader.prelude, "calls": reader.calls, "texts": texts });
    child.stdin.take().context("standard input is piped")?.write_all(question.to_string().as_bytes())?;
    let output = child.wait_with_output()?;
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{}: {}", reader.name, String::from_utf8_lossy(&output.stderr)))
}

/// The virtual environment of one release; kept for the next time.
fn install(reader: &Reader, release: &[String]) -> Result<Utf8PathBuf> {
    let name: String = release
        .join("-")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    let venv = root().join("target/venvs").join(format!("reader-{name}"));
    if venv.join("ready").exists() {
        return Ok(venv);
    }
    let _ = fs::remove_dir_all(&venv);
    let python = reader.pythons.iter().find_map(|version| python_of(version));
    let python = python.with_context(|| format!("{} needs one of {:?}", reader.name, reader.pythons))?;
    run_command(Command::new(python).args(["-m", "venv", venv.as_str()]))?;
    if !release.is_empty() {
        run_command(
            Command::new(venv.join("bin/python"))
                .args(["-m", "pip", "install", "-q", "--disable-pip-version-check", "--prefer-binary"])
                .args(release),
        )
        .with_context(|| reader.name.clone())?;
    }
    fs::write(venv.join("ready"), "")?;
    Ok(venv)
}
