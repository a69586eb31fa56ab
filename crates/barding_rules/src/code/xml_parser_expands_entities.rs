//! `xml-parser-expands-entities`: XML is read by a parser that expands entities.

use super::ask::{is_constant, is_judged};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("xml-parser-expands-entities"),
        title: "XML is read by a parser that expands entities",
        severity: Severity::Medium,
        tip: Tip::SqlInjection,
        cwe: &[611, 776, 827],
        django_checks: &[],
        consequence: "A small document can grow to gigabytes; a parser that resolves external entities sends files of the server to whoever wrote it.",
        advice: "Read untrusted XML with `defusedxml`.",
        since: "0.1.0",
        page: include_str!("xml_parser_expands_entities.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "xml.etree.ElementTree.parse",
    "xml.etree.ElementTree.fromstring",
    "xml.etree.ElementTree.XML",
    "xml.etree.ElementTree.iterparse",
    "xml.etree.ElementTree.XMLParser",
    "xml.etree.ElementTree.fromstringlist",
    "xml.etree.ElementTree.XMLPullParser",
    "xml.etree.cElementTree.parse",
    "xml.etree.cElementTree.fromstring",
    "xml.etree.cElementTree.XML",
    "xml.etree.cElementTree.iterparse",
    "xml.etree.cElementTree.XMLParser",
    "xml.etree.cElementTree.fromstringlist",
    "xml.etree.cElementTree.XMLPullParser",
    "xml.dom.minidom.parse",
    "xml.dom.minidom.parseString",
    "xml.dom.pulldom.parse",
    "xml.dom.pulldom.parseString",
    "xml.sax.parse",
    "xml.sax.parseString",
    "xml.sax.make_parser",
    "xml.sax.expatreader.create_parser",
    "xml.dom.expatbuilder.parse",
    "xml.dom.expatbuilder.parseString",
    "xmlrpc.client.loads",
    "lxml.etree.parse",
    "lxml.etree.fromstring",
    "lxml.etree.XML",
    "lxml.etree.iterparse",
    "lxml.objectify.fromstring",
    "lxml.objectify.parse",
    "lxml.objectify.XML",
    "lxml.etree.XMLParser",
    "lxml.etree.ETCompatXMLParser",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    if name.starts_with("lxml.") {
        let risky =
            ["resolve_entities", "load_dtd", "huge_tree", "dtd_validation"].into_iter().find(|keyword| {
                call.keyword(keyword).is_some_and(|value| call.constant(value) == Some(Constant::Bool(true)))
            });
        let last = name.rsplit('.').next().unwrap_or_default();
        match (last, risky) {
            ("XMLParser" | "ETCompatXMLParser", Some(keyword)) => {
                found
                    .at(
                        call.span(),
                        Confidence::Medium,
                        format!("`{keyword}` lets documents name entities and files"),
                    )
                    .severity(Severity::Medium);
            }
            ("XMLParser" | "ETCompatXMLParser", None) => {}
            _ if call.argument(1, "parser").is_none() => {
                found
                    .at(call.span(), Confidence::Low, "lxml before version 5 resolves entities here")
                    .severity(Severity::Low);
            }
            _ => {}
        }
        return;
    }
    let fixed = call.positional(0).is_some_and(|text| is_constant(call, text));
    let severity = if fixed { Severity::Info } else { Severity::Low };
    found.at(call.span(), Confidence::Low, format!("`{name}` expands entities")).severity(severity);
}
