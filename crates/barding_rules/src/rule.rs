//! What a rule is, and how it hands over what it found.

use crate::Facts;
use barding_finding::{Confidence, Finding, Place, RuleInfo, Undecided};
use barding_live::database::DatabaseLook;
use barding_live::ports::PortScan;
use barding_live::site::Site;
use barding_live::tls::Endpoint;
use barding_project::code::{Call, Module};
use barding_project::flow::{Flow, FlowKind};
use barding_project::templates::Template;
use barding_project::{Project, SettingsModule};
use barding_source::Span;

/// A rule: what people read about it, and what it looks at.
#[derive(Debug)]
pub struct Rule {
    /// Name, severity, tip, weakness, page.
    pub info: RuleInfo,
    /// What it looks at and how it decides.
    pub check: Check,
}

/// What a rule looks at. An audit walks each kind once and calls the rules that asked.
#[derive(Debug)]
pub enum Check {
    /// One settings module that runs, or may run, the live site.
    Settings(fn(&SettingsModule, &Project, &mut Findings<'_>)),
    /// One Python file that is no test, migration or example.
    Module(fn(&Module, &Project, &mut Findings<'_>)),
    /// One call, in any Python file, of one of the names: the full dotted name of what is called (`os.system`,
    /// `shop.mail.send`), or `.name` for a method or function of that name on whatever object.
    Call(&'static [&'static str], fn(&Call<'_>, &Project, &mut Findings<'_>)),
    /// One template that belongs to the site: not to tests, documentation or examples.
    Template(fn(&Template, &Project, &mut Findings<'_>)),
    /// One flow of data to a place where it does harm, of one of the kinds.
    Flow(&'static [FlowKind], fn(&Flow, &Project, &mut Findings<'_>)),
    /// The whole model of the project.
    Project(fn(&Project, &mut Findings<'_>)),
    /// One address of one host, with its certificate and TLS.
    Tls(fn(&Endpoint, &mut Findings<'_>)),
    /// One database, as the role that was given sees it.
    Database(fn(&DatabaseLook, &mut Findings<'_>)),
    /// The running site, as it answered.
    Site(fn(&Site, &mut Findings<'_>)),
    /// The running site beside what the project's code promises.
    Drift(fn(&Site, &Project, &mut Findings<'_>)),
    /// The ports of one address of one host.
    Ports(fn(&PortScan, &mut Findings<'_>)),
    /// Everything, for rules that compare two worlds.
    Facts(fn(&Facts<'_>, &mut Findings<'_>)),
}

/// Where a rule puts what it found.
#[derive(Debug)]
pub struct Findings<'a> {
    rule: &'static Rule,
    list: &'a mut Vec<Finding>,
    undecided: Option<Undecided>,
}

impl<'a> Findings<'a> {
    /// Collects the findings of `rule` into `list`.
    pub fn new(rule: &'static Rule, list: &'a mut Vec<Finding>) -> Self {
        Self { rule, list, undecided: None }
    }

    /// Adds a finding at a place; the returned finding takes evidence and fixes.
    pub fn add(&mut self, place: Place, confidence: Confidence, message: impl Into<String>) -> &mut Finding {
        self.list.push(Finding::new(&self.rule.info, place, confidence, message));
        self.list.last_mut().expect("one was pushed just now")
    }

    /// Says that the rule could not be decided although it was to be: "could not tell" is neither a pass nor a failure.
    pub fn cannot_tell(&mut self, why: impl Into<String>) {
        self.undecided = Some(Undecided::CannotTell(why.into()));
    }

    /// Says that what the rule is about does not occur, so that there is nothing to pass or to fail.
    pub fn nothing_to_judge(&mut self, why: impl Into<String>) {
        self.undecided.get_or_insert(Undecided::NothingToJudge(why.into()));
    }

    /// What the rule said of itself, when it found nothing.
    pub fn undecided(self) -> Option<Undecided> {
        if self.list.is_empty() { self.undecided } else { None }
    }

    /// Adds a finding at bytes of a file.
    pub fn at(&mut self, span: Span, confidence: Confidence, message: impl Into<String>) -> &mut Finding {
        self.add(Place::Code(span), confidence, message)
    }
}
