//! `barding routes`: each format says the same, and nothing of the project reaches a terminal or a page as it is.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const FILES: &[(&str, &str)] = &[
    ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"),
    (
        "shop/settings.py",
        "ROOT_URLCONF = 'shop.urls'\nMIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware']\nDEBUG = False\n",
    ),
    (
        "shop/urls.py",
        "from django.urls import path\nfrom django.views.decorators.csrf import csrf_exempt\nfrom . import views\n\
         urlpatterns = [\n    path('open/', views.index, name='open'),\n    path('hook/', csrf_exempt(views.hook)),\n    \
         path('closed/<int:pk>/', views.closed),\n    path('\\x1b[31m<b>|/', views.index),\n]\n",
    ),
    (
        "shop/views.py",
        "from django.contrib.auth.decorators import login_required\nfrom django.http import HttpResponse\n\
         from django.views.decorators.http import require_GET\n\
         @require_GET\ndef index(request):\n    return HttpResponse(request.GET['q'])\n\
         def hook(request):\n    return HttpResponse(request.POST['x'])\n\
         @login_required\ndef closed(request, pk):\n    return HttpResponse()\n",
    ),
];

fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in FILES {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn routes(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_barding"));
    command.arg("routes").args(args).current_dir(folder).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn every_format_lists_the_routes_and_obeys_nothing_of_them() {
    let folder = project();
    for format in ["terminal", "tree", "json", "markdown", "html", "openapi"] {
        let text = out(&routes(folder.path(), &["--format", format]));
        assert!(text.contains("closed/"), "{format}: {text}");
        assert!(!text.contains('\u{1b}'), "{format} lets an escape sequence through");
        assert_eq!(
            text,
            out(&routes(folder.path(), &["--format", format])),
            "{format} differs from run to run"
        );
    }
    let page = out(&routes(folder.path(), &["--format", "html"]));
    assert!(!page.contains("<b>"), "{page}");
    let markdown = out(&routes(folder.path(), &["--format", "markdown"]));
    let columns = |line: &str| line.matches('|').count() - line.matches("\\|").count();
    for line in markdown.lines().filter(|line| line.starts_with("| ")) {
        assert_eq!(columns(line), 8, "{line}");
    }
}

#[test]
fn json_says_who_may_enter_and_what_is_read() {
    let folder = project();
    let text = out(&routes(folder.path(), &["--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let routes = json["tables"][0]["routes"].as_array().unwrap();
    let of = |path: &str| routes.iter().find(|route| route["path"] == path).unwrap();
    assert_eq!(of("/open/")["entry"]["kind"], "public");
    assert_eq!(of("/open/")["name"], "open");
    assert_eq!(of("/open/")["methods"], serde_json::json!(["GET"]));
    assert_eq!(of("/open/")["inputs"], serde_json::json!(["GET[q]"]));
    assert_eq!(of("/open/")["view"]["place"], "shop/views.py:5");
    assert_eq!(of("/hook/")["csrf"]["state"], "exempt");
    assert_eq!(of("/closed/<int:pk>/")["entry"]["kind"], "login");
    assert_eq!(of("/closed/<int:pk>/")["parameters"][0]["holds"], "harmless");
}

#[test]
fn filters_leave_out_the_others() {
    let folder = project();
    let text = out(&routes(folder.path(), &["--public", "--unsafe", "--exempt"]));
    assert!(text.contains("/hook/") && !text.contains("/open/") && !text.contains("/closed/"), "{text}");
    let text = out(&routes(folder.path(), &["--matching", "closed"]));
    assert!(text.contains("/closed/") && !text.contains("/hook/"), "{text}");
}

#[test]
fn a_model_to_start_from_is_configuration() {
    let folder = project();
    let text = out(&routes(folder.path(), &["--suggest-model"]));
    assert!(text.contains("[tool.barding.model]"), "{text}");
    fs::write(folder.path().join("pyproject.toml"), &text).unwrap();
    out(&routes(folder.path(), &[]));
}

#[test]
fn no_urls_are_not_an_empty_answer() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.py"), "x = 1\n").unwrap();
    let output = routes(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there are no routes"));
}
