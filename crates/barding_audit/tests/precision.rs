//! What cannot be seen for certain is not said at high confidence. Each case is a small project and what is found in
//! it, with how sure it is; the shapes come from real projects in which an earlier version was too sure.

#![expect(clippy::unwrap_used, reason = "a test")]

use barding_audit::{AuditOptions, audit};
use barding_finding::Confidence;
use barding_source::MemoryTree;

/// The confidences of a rule's findings in a project of these files.
fn confidences(rule: &str, files: &[(&str, &str)]) -> Vec<Confidence> {
    let mut tree = MemoryTree::new();
    for (path, text) in files {
        tree.add(*path, text.as_bytes().to_vec());
    }
    let options = AuditOptions { select: vec![rule.to_owned()], ..AuditOptions::default() };
    audit(&tree, &options).unwrap().findings.iter().map(|finding| finding.confidence).collect()
}

#[test]
fn a_form_whose_fields_a_tag_prints_may_hold_the_token() {
    let form = |inside: &str| format!("<form method=\"post\">{inside}<input name=\"a\"></form>");
    let found =
        |inside: &str| confidences("form-without-csrf-token", &[("shop/templates/a.html", &form(inside))]);
    assert_eq!(found("{% if form %}{{ form }}{% endif %}"), [Confidence::High]);
    assert_eq!(found("{% fields_for form %}"), [Confidence::Low]);
}

#[test]
fn an_exempt_view_is_judged_by_what_it_does() {
    let view = |body: &str| {
        format!(
            "from django.views.decorators.csrf import csrf_exempt\nfrom shop.keys import keyed\n\n\
             @keyed\n@csrf_exempt\ndef act(request, item):\n{body}\n"
        )
    };
    let keys = |text: &str| {
        format!(
            "def keyed(view):\n    def inner(request, item):\n{text}        return view(request, item)\n    return inner\n"
        )
    };
    let found = |body: &str, key: &str| {
        confidences(
            "csrf-exempt-view",
            &[("shop/__init__.py", ""), ("shop/views.py", &view(body)), ("shop/keys.py", &keys(key))],
        )
    };
    let changes = "    item.name = request.POST['name']\n    item.save()";
    assert_eq!(found(changes, ""), [Confidence::High]);
    assert_eq!(found("    return item.data_quality", ""), [Confidence::Low]);
    assert_eq!(found("    return check(request.POST)", ""), [Confidence::Medium]);
    assert_eq!(
        found(changes, "        hmac.compare_digest(request.headers['Key'], KEY)\n"),
        [Confidence::Low]
    );
}

#[test]
fn what_a_missing_file_may_set_is_not_said_to_be_missing() {
    let settings = |more: &str| format!("ROOT_URLCONF = 'shop.urls'\nDEBUG = False\n{more}");
    let found = |more: &str| {
        confidences("allowed-hosts-empty", &[("shop/__init__.py", ""), ("shop/settings.py", &settings(more))])
    };
    assert_eq!(found(""), [Confidence::High]);
    assert_eq!(
        found("try:\n    from shop.local_settings import *\nexcept ImportError:\n    pass\n"),
        [Confidence::Medium]
    );
}

#[test]
fn a_form_that_cleans_a_field_itself_may_have_made_it_harmless() {
    let form = |more: &str| {
        format!("from django import forms\n\nclass Named(forms.Form):\n    name = forms.CharField()\n{more}")
    };
    let view = "from shop.forms import Named\n\ndef read(request):\n    form = Named(request.POST)\n    if form.is_valid():\n        return open(form.cleaned_data['name'])\n";
    let found = |more: &str| {
        confidences(
            "path-from-request",
            &[("shop/__init__.py", ""), ("shop/forms.py", &form(more)), ("shop/views.py", view)],
        )
    };
    assert_eq!(found(""), [Confidence::High]);
    let cleaning = "\n    def clean(self):\n        cleaned_data = super().clean()\n        cleaned_data['name'] = self.signer.unsign(cleaned_data['name'])\n        return cleaned_data\n";
    assert_eq!(found(cleaning), [Confidence::Medium]);
}

#[test]
fn what_only_developers_run_is_said_quietly() {
    let found = |test: &str| {
        let text = format!(
            "import requests\nfrom django.conf import settings\n\ndef token(request):\n    if {test}:\n        return requests.post(request.POST['url'], timeout=3)\n"
        );
        confidences("request-to-url", &[("shop/views.py", &text)])
    };
    assert_eq!(found("settings.SHOP_OPEN"), [Confidence::High]);
    assert_eq!(found("settings.DEBUG"), [Confidence::Low]);
}

#[test]
fn a_sandbox_speaks_for_the_engine_that_is_asked() {
    let found = |environment: &str, engine: &str| {
        let settings = format!(
            "ROOT_URLCONF = 'shop.urls'\nTEMPLATES = [{{'BACKEND': 'django.template.backends.jinja2.Jinja2', 'OPTIONS': {{'environment': '{environment}'}}}}]\n"
        );
        let view = format!(
            "from django.template import engines\n\ndef show(request, name='jinja'):\n    return engines[{engine}].from_string(request.POST['text']).render({{}})\n"
        );
        confidences(
            "template-from-request",
            &[("shop/__init__.py", ""), ("shop/settings.py", &settings), ("shop/views.py", &view)],
        )
    };
    assert_eq!(found("jinja2.Environment", "'jinja'"), [Confidence::High]);
    assert_eq!(found("jinja2.sandbox.SandboxedEnvironment", "'jinja'"), []);
    assert_eq!(found("jinja2.sandbox.SandboxedEnvironment", "name"), [Confidence::Low]);
}

#[test]
fn a_form_says_where_it_sends_its_fields() {
    let found = |form: &str| {
        let page = format!("<form method=\"post\" {form}><input name=\"a\"></form>\n");
        confidences(
            "form-without-csrf-token",
            &[("shop/__init__.py", ""), ("shop/templates/page.html", &page)],
        )
    };
    assert_eq!(found("action=\"/sell/\""), [Confidence::High]);
    assert_eq!(found("action=\"{{ object.get_absolute_url }}\""), [Confidence::High]);
    assert_eq!(found("action=\"{{ sell_url }}\""), [Confidence::Medium]);
    assert_eq!(found("action=\"\" target=\"frame\""), [Confidence::Medium]);
    assert_eq!(found("action=\"{{ gateway.post_url }}\""), [Confidence::Low]);
    assert_eq!(found("action=\"https://pay.example/\""), []);
}
