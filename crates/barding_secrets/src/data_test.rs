//! The data files are right: every example is found by its own detector, no counter-example is.

use crate::detector::{Special, detectors};
use crate::example::expand;
use crate::{FileContext, Hit, Scanner};
use camino::Utf8Path;
use std::collections::BTreeSet;

fn scan(text: &str, path: &str) -> Vec<Hit> {
    let path = Utf8Path::new(path);
    Scanner::shared().scan(text.as_bytes(), path, FileContext::of(path))
}

/// Examples that are one line of a configuration file stand in one; the rest in Python.
fn paths(example: &str, given: &str) -> &'static str {
    if given.is_empty() {
        let code = example.contains(" = ") || example.contains("(") || example.contains("const ");
        if example.starts_with('<') {
            "config.xml"
        } else if code {
            "settings.py"
        } else if example.starts_with('{') {
            "data.json"
        } else {
            "config.env"
        }
    } else if given == ".netrc" {
        ".netrc"
    } else if given == ".npmrc" {
        ".npmrc"
    } else if given == ".pgpass" {
        ".pgpass"
    } else {
        ".pypirc"
    }
}

#[test]
fn every_example_is_found_and_no_counter_example() {
    let mut wrong = Vec::new();
    let mut told = BTreeSet::new();
    for detector in detectors() {
        for (number, example) in detector.examples.iter().enumerate() {
            for seed in 1..=12 {
                let text = expand(example, seed * 1000 + number as u64);
                let hits = scan(&text, paths(example, &detector.example_path));
                let exact = hits.iter().any(|hit| hit.detector.id == detector.id);
                // A provider may be told by another of its detectors; what matters is that nothing is missed.
                let related = hits.iter().any(|hit| !hit.detector.assigned);
                if !exact && !(related && !detector.assigned) && told.insert((&detector.id, number)) {
                    let got: Vec<_> = hits.iter().map(|hit| &hit.detector.id).collect();
                    wrong.push(format!("{}: not found in {text:?}; got {got:?}", detector.id));
                }
            }
        }
        for example in &detector.counter_examples {
            let text = expand(example, 7);
            let hits = scan(&text, paths(example, &detector.example_path));
            if hits.iter().any(|hit| hit.detector.id == detector.id) {
                wrong.push(format!("{}: false alarm in {text:?}", detector.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{} examples are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_data_files_keep_their_rules() {
    let mut ids = BTreeSet::new();
    for detector in detectors() {
        let id = &detector.id;
        assert!(ids.insert(id), "{id} stands twice");
        assert!(!detector.examples.is_empty(), "{id} has no example");
        assert!(!detector.counter_examples.is_empty(), "{id} has no counter-example");
        let ways = [
            !detector.regex.is_empty(),
            !detector.named.is_empty() && !detector.value.is_empty(),
            detector.assigned,
            detector.special != Special::No,
        ];
        assert_eq!(ways.iter().filter(|way| **way).count(), 1, "{id} must be found in exactly one way");
        if !detector.regex.is_empty() {
            assert!(!detector.keywords.is_empty(), "{id} has an expression and no keyword");
            let _ = detector.expression();
        }
        if !detector.value.is_empty() {
            let _ = detector.value_expression();
        }
        let _ = detector.fits_behind(b"");
        for keyword in &detector.keywords {
            assert!(
                keyword.len() >= 4 || !detector.short_keyword_reason.is_empty(),
                "{id}: {keyword} is short"
            );
        }
    }
    assert!(ids.len() >= 200, "{} detectors", ids.len());
}
