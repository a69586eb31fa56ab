//! CycloneDX 1.6: a bill of materials with the vulnerabilities of each package. No time and no random number is written,
//! so that the same input gives the same bytes.

use super::table::{place_of, says_whether_used};
use barding_deps::{Advisories, Group, Package, Packages, Upgrade, smallest_upgrade};
use barding_finding::AuditResult;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn render(packages: &Packages, advisories: &Advisories, result: &AuditResult) -> String {
    let aside: BTreeSet<(String, &str)> = result
        .ignored
        .iter()
        .flat_map(|ignored| {
            let place = format!("{:?}", ignored.finding.place);
            ignored.finding.subjects.iter().map(move |id| (place.clone(), id.as_str()))
        })
        .collect();
    let mut components: BTreeMap<String, Value> = BTreeMap::new();
    let mut vulnerabilities: BTreeMap<(String, String), Value> = BTreeMap::new();
    let mut depends: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let addresses: BTreeMap<&str, String> =
        packages.deciding().map(|(_, package)| (package.name.as_str(), address(package))).collect();
    for (manifest, package) in packages.deciding() {
        let reference = address(package);
        components.entry(reference.clone()).or_insert_with(|| component(package, &reference));
        let needed = package.requires.iter().filter_map(|(name, _)| addresses.get(name.as_str()).cloned());
        depends.entry(reference.clone()).or_default().extend(needed);
        let (Some(known), Some(version)) = (advisories.of(&package.name), package.version()) else {
            continue;
        };
        let step = smallest_upgrade(version, &known, &packages.limits(manifest, package));
        for one in known.affecting(version) {
            let mut entry = Map::new();
            entry.insert("id".to_owned(), json!(one.id));
            entry.insert("source".to_owned(), json!({ "name": "OSV", "url": one.link() }));
            let others: Vec<Value> = one
                .names
                .iter()
                .filter(|name| **name != one.id)
                .map(|name| json!({ "id": name, "source": { "name": "OSV" } }))
                .collect();
            if !others.is_empty() {
                entry.insert("references".to_owned(), json!(others));
            }
            let mut rating = Map::new();
            if let Some(score) = one.score {
                rating.insert("score".to_owned(), json!(score));
            }
            rating.insert("severity".to_owned(), json!(one.rating.word()));
            if let Some(vector) = &one.vector {
                rating.insert("method".to_owned(), json!(method(vector)));
                rating.insert("vector".to_owned(), json!(vector));
            }
            entry.insert("ratings".to_owned(), json!([rating]));
            if let Upgrade::To(version) = &step {
                let words = format!("Install {} {version}", package.name);
                entry.insert("recommendation".to_owned(), json!(words));
            }
            entry.insert("published".to_owned(), json!(format!("{}T00:00:00Z", one.published)));
            // CycloneDX has no word for "set aside by the team"; nobody but they can say that it does not matter.
            let is_aside = aside.contains(&(format!("{:?}", place_of(package)), one.id.as_str()));
            let used = result
                .findings
                .iter()
                .filter(|finding| finding.place == place_of(package) && finding.subjects.contains(&one.id))
                .flat_map(|finding| &finding.evidence)
                .find(|step| says_whether_used(&step.note));
            let detail = match (is_aside, used) {
                (true, _) => "set aside by the project",
                (false, Some(step)) => step.note.as_str(),
                (false, None) => {
                    "the version is listed as affected; whether the vulnerable part is used was not decided"
                }
            };
            entry.insert("analysis".to_owned(), json!({ "state": "in_triage", "detail": detail }));
            entry.insert("affects".to_owned(), json!([{ "ref": reference, "versions": [{ "version": version.to_string(), "status": "affected" }] }]));
            vulnerabilities.insert((reference.clone(), one.id), Value::Object(entry));
        }
    }
    let dependencies: Vec<Value> =
        depends.iter().map(|(reference, needed)| json!({ "ref": reference, "dependsOn": needed })).collect();
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": { "components": [{ "type": "application", "name": "barding", "version": env!("CARGO_PKG_VERSION") }] },
            "properties": [{ "name": "barding:advisories", "value": advisories.date() }],
        },
        "components": components.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies,
        "vulnerabilities": vulnerabilities.into_values().collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn component(package: &Package, reference: &str) -> Value {
    let mut component = Map::new();
    component.insert("type".to_owned(), json!("library"));
    component.insert("bom-ref".to_owned(), json!(reference));
    component.insert("name".to_owned(), json!(package.name.as_str()));
    if let Some(version) = package.version() {
        component.insert("version".to_owned(), json!(version.to_string()));
    }
    let scope = match package.group {
        Group::Main => "required",
        Group::Optional(_) => "optional",
        Group::Development(_) => "excluded",
    };
    component.insert("scope".to_owned(), json!(scope));
    component.insert("purl".to_owned(), json!(reference));
    Value::Object(component)
}

/// The package's address; `+` and `!` are not plain in one.
fn address(package: &Package) -> String {
    match package.version() {
        Some(version) => {
            let version = version.to_string().replace('+', "%2B").replace('!', "%21");
            format!("pkg:pypi/{}@{version}", package.name)
        }
        None => format!("pkg:pypi/{}", package.name),
    }
}

fn method(vector: &str) -> &'static str {
    match vector {
        vector if vector.starts_with("CVSS:4") => "CVSSv4",
        vector if vector.starts_with("CVSS:3.1") => "CVSSv31",
        vector if vector.starts_with("CVSS:3") => "CVSSv3",
        _ => "CVSSv2",
    }
}
