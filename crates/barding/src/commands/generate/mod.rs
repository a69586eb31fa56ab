//! `barding generate`: texts that close a gap, made from the project's own model.

mod args;
mod secret_key;

use crate::args::ProjectArgs;
use crate::context::Context;
use crate::deliver::{print, write_file};
use crate::exit::Exit;
use crate::target::Target;
use anyhow::{Context as _, bail};
use args::{CiArgs, CommonArgs, CspArgs, FirewallArgs, RolesArgs, SecurityTxtArgs, ServerArgs, SettingsArgs};
use barding_generate::{Engine, Kind, Pipeline, Site, Wishes, difference, present};
use barding_project::{Project, SettingsModule, SettingsRole, Truth, python};
use barding_report::clean;
use barding_source::{ReadLimits, SourceFile, Sources};
use clap::Subcommand;
use std::sync::Arc;

/// Generate what closes a gap. Nothing is changed: the text goes to the standard output, or to a file with --output.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  \
    barding generate nginx --domain shop.example > shop.conf\n  \
    barding generate nginx --compare               what the present file lacks\n  \
    barding generate settings -o shop/production.py\n  \
    barding generate database-roles | psql -d postgres")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A new SECRET_KEY, as Django's own startproject makes it
    SecretKey(secret_key::Args),
    /// An nginx site: TLS, redirect, catch-all, static files, inert uploads, headers
    Nginx(ServerArgs),
    /// A Caddyfile of the same kind
    Caddy(ServerArgs),
    /// An Apache site of the same kind
    Apache(ServerArgs),
    /// A packet filter for nft: web ports open, SSH from given networks, the rest closed
    Nftables(FirewallArgs),
    /// The same as commands for ufw
    Ufw(FirewallArgs),
    /// SQL for a migration role and a web role, for PostgreSQL, MySQL and MariaDB
    DatabaseRoles(RolesArgs),
    /// A hardened settings module for this project's version of Django, importing its base
    Settings(SettingsArgs),
    /// A Content Security Policy from the templates and static files
    Csp(CspArgs),
    /// /.well-known/security.txt: where people report weaknesses
    SecurityTxt(SecurityTxtArgs),
    /// Jobs for GitHub and GitLab, and a pre-commit hook
    Ci(CiArgs),
}

/// Generates.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    match &args.what {
        What::SecretKey(how) => secret_key::run(how),
        What::Nginx(how) => server(how, Kind::Nginx, context),
        What::Caddy(how) => server(how, Kind::Caddy, context),
        What::Apache(how) => server(how, Kind::Apache, context),
        What::Nftables(how) => firewall(how, Kind::Nftables, context),
        What::Ufw(how) => firewall(how, Kind::Ufw, context),
        What::DatabaseRoles(how) => with_model(&how.common, context, |model| {
            let wishes = how.wishes()?;
            let engine = match how.engine.map(Into::into).or_else(|| Engine::of(&model.site)) {
                Some(engine) => engine,
                None => bail!("{}", no_engine(&model.site)),
            };
            Ok((Kind::DatabaseRoles, barding_generate::database_roles(&model.site, engine, &wishes), None))
        }),
        What::Settings(how) => with_model(&how.common, context, |model| {
            if model.project.settings.is_empty() {
                bail!("there is no settings module to build on");
            }
            let survey = barding_generate::survey(&model.project, model.sources);
            let (text, name) = barding_generate::settings(&model.site, &model.project, &survey);
            Ok((Kind::Settings, text, Some(format!("{}.py", name.replace('.', "/")))))
        }),
        What::Csp(how) => with_model(&how.common, context, |model| {
            let survey = barding_generate::survey(&model.project, model.sources);
            Ok((Kind::Csp, barding_generate::csp(&model.site, model.production(), &survey), None))
        }),
        What::SecurityTxt(how) => {
            how.check()?;
            with_model(&how.common, context, |model| {
                let mut wishes = model.wishes.clone();
                wishes.contact.clone_from(&how.contact);
                let text = barding_generate::security_txt(&model.site, &wishes, how.expires().as_deref());
                Ok((Kind::SecurityTxt, text, Some(".well-known/security.txt".to_owned())))
            })
        }
        What::Ci(how) => with_model(&how.common, context, |model| {
            let wanted: Vec<Pipeline> = how.for_what.iter().map(|what| (*what).into()).collect();
            let wanted = if wanted.is_empty() { Pipeline::ALL.to_vec() } else { wanted };
            if let [only] = wanted[..] {
                let text = barding_generate::ci(&model.site, only);
                return Ok((Kind::Ci, text, Some(only.path().to_owned())));
            }
            let parts: Vec<String> = wanted
                .iter()
                .map(|pipeline| {
                    format!("# === {} ===\n{}", pipeline.path(), barding_generate::ci(&model.site, *pipeline))
                })
                .collect();
            Ok((Kind::Ci, parts.join("\n---\n"), None))
        }),
    }
}

fn server(how: &ServerArgs, kind: Kind, context: &Context) -> anyhow::Result<Exit> {
    let wishes = how.wishes()?;
    with_model(&how.common, context, |model| {
        let text = match kind {
            Kind::Caddy => barding_generate::caddy(&model.site, &wishes),
            Kind::Apache => barding_generate::apache(&model.site, &wishes),
            _ => barding_generate::nginx(&model.site, &wishes),
        };
        Ok((kind, text, None))
    })
}

fn firewall(how: &FirewallArgs, kind: Kind, context: &Context) -> anyhow::Result<Exit> {
    let ssh_from = how.networks()?;
    with_model(&how.common, context, |model| {
        let wishes = Wishes { ssh_from, ..model.wishes.clone() };
        let text = match kind {
            Kind::Ufw => barding_generate::ufw(&model.site, &wishes),
            _ => barding_generate::nftables(&model.site, &wishes),
        };
        Ok((kind, text, None))
    })
}

fn no_engine(site: &Site) -> String {
    match site.database.as_ref().map(|database| database.engine.as_str()) {
        Some("sqlite3") => {
            "the project's database is SQLite, which has no roles: who may read its file may read everything. Keep it \
             outside the web root with mode 0600, or name the server to come with --engine"
                .to_owned()
        }
        Some(other) => {
            let other = clean(other);
            format!("there is no SQL for the engine `{other}`; --engine postgresql or --engine mysql")
        }
        None => "the settings do not tell the database's engine; name it with --engine postgresql or --engine mysql".to_owned(),
    }
}

/// A project, read for generating.
struct Model<'s> {
    project: Project,
    sources: &'s Sources<'s>,
    site: Site,
    wishes: Wishes,
}

impl Model<'_> {
    fn production(&self) -> Option<&SettingsModule> {
        let all = || self.project.settings.iter();
        all()
            .find(|settings| {
                settings.role == SettingsRole::Production && settings.runs_in_production == Truth::Yes
            })
            .or_else(|| all().find(|settings| settings.role == SettingsRole::Production))
            .or_else(|| all().next())
    }
}

/// Reads the project, makes the text and hands it over. `make` gives the kind, the text, and the file it belongs in.
fn with_model(
    common: &CommonArgs,
    context: &Context,
    make: impl FnOnce(&Model<'_>) -> anyhow::Result<(Kind, String, Option<String>)>,
) -> anyhow::Result<Exit> {
    let project_args: &ProjectArgs = &common.project;
    let target = Target::new(std::slice::from_ref(&common.path), project_args)?;
    let options = target.options(project_args)?;
    let sources = Sources::new(target.tree.as_ref(), ReadLimits::default(), python::decode);
    let mut project = Project::read(&sources, &options);
    // An audit evaluates what it judges; a generator also needs the base that others import.
    project.settings = Project::read_settings(&sources, &options).settings;
    let wishes = common.wishes(context)?;
    let site = Site::of(&project, &wishes);
    let model = Model { project, sources: &sources, site, wishes };
    let (kind, text, own_path) = make(&model)?;
    let old = match &common.compare {
        Some(Some(path)) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
            Some((path.to_string(), text))
        }
        _ => chosen(present(kind, &model.project, &sources), own_path.as_deref())
            .map(|file| (file.path.to_string(), file.text.to_string())),
    };
    let new_name = own_path
        .or_else(|| old.as_ref().map(|(name, _)| name.clone()))
        .unwrap_or_else(|| "generated".to_owned());
    if common.compare.is_some() {
        let Some((name, old)) = old else {
            bail!("the project has no file of that kind to compare with; name one with --compare FILE");
        };
        let changes = clean_lines(&difference(&name, &old, &new_name, &text));
        print(&changes)?;
        return Ok(if changes.is_empty() { Exit::Clean } else { Exit::Findings });
    }
    match &common.output {
        None => print(&text)?,
        Some(path) => {
            if path.exists() && !common.force {
                let there =
                    std::fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
                let changes = clean_lines(&difference(path.as_str(), &there, path.as_str(), &text));
                if changes.is_empty() {
                    return Ok(Exit::Clean);
                }
                print(&changes)?;
                bail!("{path} is there and differs as shown; nothing was changed. --force writes over it");
            }
            write_file(path, &text)?;
        }
    }
    if let Some((name, old)) = old {
        let changes = difference(&name, &old, &new_name, &text);
        let name = clean(&name);
        if changes.is_empty() {
            eprintln!("barding: {name} says the same");
        } else {
            eprintln!(
                "barding: the project has {name}; what would change (--compare shows this alone):\n{}",
                clean_lines(&changes)
            );
        }
    }
    Ok(Exit::Clean)
}

/// The file to compare with: the one the text belongs in, or the first of its kind.
fn chosen(files: Vec<Arc<SourceFile>>, own_path: Option<&str>) -> Option<Arc<SourceFile>> {
    let own = own_path.and_then(|own| files.iter().find(|file| file.path.as_str().ends_with(own)).cloned());
    match own_path {
        // A CI file of another system is no version of this one.
        Some(path) if path.ends_with(".yml") || path.ends_with(".yaml") => own,
        _ => own.or_else(|| files.into_iter().next()),
    }
}

/// The project's own text, without what a terminal would obey.
fn clean_lines(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
            let tabs: Vec<String> = body.split('\t').map(|part| clean(part).to_string()).collect();
            format!("{}{end}", tabs.join("\t"))
        })
        .collect()
}
