//! A SECRET_KEY in the settings is one finding, not two; a secret elsewhere is still found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use barding_audit::{AuditOptions, audit};
use barding_source::MemoryTree;

const MANAGE: &str = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";

/// The rules about the key, each with its line.
fn found(settings: &str) -> Vec<(&'static str, u32)> {
    let tree = MemoryTree::new()
        .with("manage.py", MANAGE)
        .with("shop/__init__.py", "")
        .with("shop/settings.py", settings);
    let result = audit(&tree, &AuditOptions::default()).unwrap();
    let mut found: Vec<_> = result
        .findings
        .iter()
        .filter(|finding| ["secret-in-source", "secret-key-hardcoded"].contains(&finding.rule.0))
        .map(|finding| match &finding.place {
            barding_finding::Place::Code(span) => {
                (finding.rule.0, result.file(*span).unwrap().line(span.start))
            }
            other => panic!("{other:?}"),
        })
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn the_rule_about_settings_says_it_alone() {
    let key = "SECRET_KEY = 'k8vq2wz7pn4xr9mt3bd6hf1jc5gs0lyq7ua2we'\n";
    assert_eq!(found(key), [("secret-key-hardcoded", 1)]);
}

#[test]
fn a_key_that_is_replaced_later_is_still_in_the_source() {
    let key =
        "import os\nSECRET_KEY = 'k8vq2wz7pn4xr9mt3bd6hf1jc5gs0lyq7ua2we'\nSECRET_KEY = os.environ['KEY']\n";
    assert_eq!(found(key), [("secret-in-source", 2)]);
}
