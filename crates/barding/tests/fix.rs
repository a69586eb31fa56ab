//! `barding fix` as people run it: what it writes, what it refuses, and what Django says of the result.
//!
//! The Django of each series comes from `scripts/install/django.sh`; at least two must be there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn barding(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_barding"));
    command
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap()
}

fn git(folder: &Path, args: &[&str]) {
    let options = ["-c", "user.name=a", "-c", "user.email=a@shop.example", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(options).args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", err(&output));
}

const FETCH: (&str, &str) = ("shop/net.py", "import requests\n\nrequests.get(\"https://shop.example\")\n");
const FETCHED: &str = "import requests\n\nrequests.get(\"https://shop.example\", timeout=10)\n";

#[test]
fn unsafe_fixes_wait_to_be_asked_for_and_a_diff_writes_nothing() {
    let folder = project(&[FETCH]);
    let output = barding(folder.path(), &["fix"], "");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(err(&output).contains("1 more with --unsafe-fixes"), "{}", err(&output));
    let output = barding(folder.path(), &["fix", "--unsafe-fixes", "--diff"], "");
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("+requests.get(\"https://shop.example\", timeout=10)\n"), "{shown}");
    assert_eq!(read(&folder, "shop/net.py"), FETCH.1);
    let output = barding(folder.path(), &["fix", "--unsafe-fixes"], "");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(read(&folder, "shop/net.py"), FETCHED);
    let again = barding(folder.path(), &["fix", "--unsafe-fixes", "--diff"], "");
    assert_eq!((again.status.code(), again.stdout.len()), (Some(0), 0));
}

#[test]
fn selection_and_picking_decide_what_is_fixed() {
    let two = "import requests\nimport yaml\n\nyaml.load(requests.get(\"https://shop.example\").text)\n";
    let folder = project(&[("shop/net.py", two)]);
    barding(
        folder.path(),
        &[
            "fix",
            "--unsafe-fixes",
            "--ignore",
            "request-without-timeout",
            "--select",
            "request-without-timeout",
        ],
        "",
    );
    assert_eq!(read(&folder, "shop/net.py"), two);
    let answers = barding(
        folder.path(),
        &["fix", "--pick", "--select", "request-without-timeout,unsafe-yaml-load"],
        "n\ny\n",
    );
    assert_eq!(answers.status.code(), Some(0), "{}", err(&answers));
    let now = read(&folder, "shop/net.py");
    assert_eq!(now.contains("timeout=10"), !now.contains("safe_load"), "{now}");
    let folder = project(&[("shop/net.py", two)]);
    let silent = barding(folder.path(), &["fix", "--pick"], "");
    assert_eq!(silent.status.code(), Some(2), "no answer is no consent");
    assert_eq!(read(&folder, "shop/net.py"), two);
}

#[test]
fn changes_that_are_not_committed_are_not_mixed_with_fixes() {
    let folder = project(&[FETCH, ("shop/other.py", "x = 1\n")]);
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    let staged = barding(folder.path(), &["fix", "--unsafe-fixes"], "");
    assert_eq!(staged.status.code(), Some(2), "{}", err(&staged));
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    fs::write(folder.path().join("shop/other.py"), "x = 2\n").unwrap();
    let dirty = barding(folder.path(), &["fix", "--unsafe-fixes"], "");
    assert_eq!(dirty.status.code(), Some(2));
    assert!(
        err(&dirty).contains("shop/other.py") && err(&dirty).contains("--allow-dirty"),
        "{}",
        err(&dirty)
    );
    assert_eq!(read(&folder, "shop/net.py"), FETCH.1);
    git(folder.path(), &["checkout", "-q", "shop/other.py"]);
    let clean = barding(folder.path(), &["fix", "--unsafe-fixes"], "");
    assert_eq!(clean.status.code(), Some(0), "{}", err(&clean));
    assert_eq!(read(&folder, "shop/net.py"), FETCHED);
}

#[test]
fn a_file_git_does_not_hold_is_not_overwritten() {
    let folder = project(&[("README", "x\n")]);
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    fs::create_dir(folder.path().join("shop")).unwrap();
    fs::write(folder.path().join(FETCH.0), FETCH.1).unwrap();
    let output = barding(folder.path(), &["fix", "--unsafe-fixes"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("does not track"), "{}", err(&output));
    assert_eq!(
        barding(folder.path(), &["fix", "--unsafe-fixes", "--allow-dirty"], "").status.code(),
        Some(0)
    );
    assert_eq!(read(&folder, "shop/net.py"), FETCHED);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_stops_all_with_a_word() {
    use std::os::unix::fs::PermissionsExt;
    let folder = project(&[FETCH, ("shop/more.py", FETCH.1)]);
    let more = folder.path().join("shop/more.py");
    fs::set_permissions(&more, fs::Permissions::from_mode(0o444)).unwrap();
    let output = barding(folder.path(), &["fix", "--unsafe-fixes"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("read-only"), "{}", err(&output));
    assert_eq!(read(&folder, "shop/net.py"), FETCH.1);
    fs::set_permissions(&more, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(barding(folder.path(), &["fix", "--unsafe-fixes"], "").status.code(), Some(0));
    assert_eq!(fs::metadata(&more).unwrap().permissions().mode() & 0o777, 0o640);

    let folder = project(&[("shop/a.py", "x = 1\n")]);
    let outside = project(&[("net.py", FETCH.1)]);
    std::os::unix::fs::symlink(outside.path().join("net.py"), folder.path().join("shop/net.py")).unwrap();
    barding(folder.path(), &["fix", "--unsafe-fixes"], "");
    assert_eq!(read(&outside, "net.py"), FETCH.1);
}

#[test]
fn bytes_that_are_no_text_are_left_as_they_are() {
    let folder = project(&[]);
    let bytes = b"import requests\nx = '\xff'\nrequests.get('https://shop.example')\n";
    fs::write(folder.path().join("net.py"), bytes).unwrap();
    barding(folder.path(), &["fix", "--unsafe-fixes"], "");
    assert_eq!(fs::read(folder.path().join("net.py")).unwrap(), bytes);
}

#[test]
fn pins_are_raised_and_hashes_of_the_old_version_go() {
    let folder = project(&[("requirements.txt", "Django==4.2.1  # web\nrequests==2.31.0\n")]);
    let output = barding(folder.path(), &["fix", "--only", "dependencies", "--unsafe-fixes"], "");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let now = read(&folder, "requirements.txt");
    assert!(
        now.contains("Django==4.2.") && !now.contains("Django==4.2.1 ") && now.contains("  # web\n"),
        "{now}"
    );
}

/// The Pythons of the installed series.
fn series() -> Vec<(String, PathBuf)> {
    let venvs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/venvs");
    let mut found: Vec<(String, PathBuf)> = fs::read_dir(&venvs)
        .map(|entries| {
            entries
                .filter_map(|entry| {
                    let path = entry.ok()?.path();
                    let series = path.file_name()?.to_str()?.strip_prefix("django-")?.to_owned();
                    let python = path.join("bin/python");
                    python.exists().then_some((series, python))
                })
                .collect()
        })
        .unwrap_or_default();
    found.sort();
    assert!(found.len() >= 2, "at least two series of Django are needed: run scripts/install/django.sh");
    found
}

fn python(python: &Path, folder: &Path, environment: &BTreeMap<String, String>, args: &[&str]) -> Output {
    let mut command = Command::new(python);
    command
        .args(args)
        .current_dir(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("DJANGO_SETTINGS_MODULE");
    command.env_remove("PYTHONPATH").envs(environment).output().unwrap()
}

/// Asks Django for every setting, one a line, those that have Django's default included.
const ALL_SETTINGS: [&str; 3] = ["manage.py", "diffsettings", "--all"];

/// Asks the site for its login page, over HTTPS and over plain HTTP, and lets a user log in.
const SERVES: &str = "
import sys
sys.path.insert(0, '.')
import django
django.setup()
from django.core.management import call_command
call_command('migrate', verbosity=0)
from django.contrib.auth.models import User
User.objects.create_superuser('a', 'a@shop.example', 'correct horse battery')
from django.test import Client
client = Client(HTTP_HOST='shop.example')
page = client.get('/office/login/', secure=True)
assert page.status_code == 200, page.status_code
assert client.get('/office/login/').status_code == 301
assert client.get('/admin/login/', secure=True).status_code == 404
answer = client.post('/office/login/?next=/office/', {'username': 'a', 'password': 'correct horse battery'}, secure=True)
assert answer.status_code == 302, answer.status_code
assert client.get('/office/', secure=True).status_code == 200
assert client.get('/office/login/', secure=True, HTTP_HOST='other.example').status_code == 400
print('serves')
";

#[test]
fn a_fixed_startproject_is_clean_for_django_and_still_serves() {
    for (series, interpreter) in series() {
        let folder = tempfile::tempdir().unwrap();
        let mut environment = BTreeMap::new();
        let started =
            python(&interpreter, folder.path(), &environment, &["-m", "django", "startproject", "shop", "."]);
        assert!(started.status.success(), "{series}: {}", err(&started));
        environment.insert("DJANGO_SETTINGS_MODULE".to_owned(), "shop.settings".to_owned());
        fs::write(folder.path().join("requirements.txt"), format!("Django~={series}.0\n")).unwrap();
        let before = python(&interpreter, folder.path(), &environment, &ALL_SETTINGS);
        let fixed = barding(folder.path(), &["fix", "--unsafe-fixes"], "");
        assert_eq!(fixed.status.code(), Some(0), "{series}: {}", err(&fixed));

        let example = fs::read_to_string(folder.path().join(".env.example")).unwrap();
        for line in example.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.split_once('=').unwrap();
            let value = match name {
                "SECRET_KEY" => "m8#kq2fL0z!pX9wTn4c@bR7yJd6sHgA1eUo5iKQ3vWtZxCuNlEaMh",
                "ADMIN_PATH" => "office/",
                _ => value,
            };
            environment.insert(name.to_owned(), value.to_owned());
        }
        let checked = python(
            &interpreter,
            folder.path(),
            &environment,
            &["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        );
        let settings = fs::read_to_string(folder.path().join("shop/settings.py")).unwrap();
        assert!(checked.status.success(), "{series}: {}\n{settings}", err(&checked));

        // Of all settings, Django's own included, nothing but what the fixes name has another value.
        let after = python(&interpreter, folder.path(), &environment, &ALL_SETTINGS);
        let lines = |output: &Output| -> BTreeSet<String> {
            // A setting that is Django's default has `###` before or after it, by the series.
            let bare = |line: &str| line.trim_start_matches("### ").trim_end_matches("  ###").to_owned();
            String::from_utf8_lossy(&output.stdout).lines().map(bare).collect()
        };
        let (before, after) = (lines(&before), lines(&after));
        assert!(after.len() > 100, "{series}: the settings do not load");
        let said = err(&fixed);
        for line in before.symmetric_difference(&after) {
            let name = line.split(' ').next().unwrap();
            let class = ["MIDDLEWARE", "MIDDLEWARE_CLASSES"].contains(&name) && said.contains("MIDDLEWARE");
            assert!(class || said.contains(name), "{series}: {name} changed, and no fix says so:\n{said}");
        }
        let serves = python(&interpreter, folder.path(), &environment, &["-c", SERVES]);
        assert!(serves.status.success(), "{series}: {}\n{settings}", err(&serves));
    }
}

const VIEWS: &str = "from django.http import HttpResponse
from django.views import View


def sign_in(request):
    secret = request.POST[\"password\"]
    mixed = \"local-\" + secret
    raise ValueError(\"no\")


class SignUp(View):
    def post(self, request):
        secret = request.POST[\"password\"]
        mixed = \"local-\" + secret
        raise ValueError(\"no\")
";

/// Posts a password to both views and looks at the mail to the admins and at the report with DEBUG off.
const RAISES: &str = "
import sys, types
sys.path.insert(0, '.')
from django.conf import settings
urls = types.ModuleType('urls')
sys.modules['urls'] = urls
settings.configure(
    DEBUG=False, SECRET_KEY='x' * 50, ALLOWED_HOSTS=['*'], ROOT_URLCONF='urls', ADMINS=[('a', 'a@shop.example')],
    EMAIL_BACKEND='django.core.mail.backends.locmem.EmailBackend', MIDDLEWARE=[],
    LOGGING={'version': 1, 'handlers': {'mail': {'class': 'django.utils.log.AdminEmailHandler', 'include_html': True}},
             'loggers': {'django.request': {'handlers': ['mail'], 'level': 'ERROR', 'propagate': False}}},
)
import django
django.setup()
from shop import views
try:
    from django.urls import re_path
except ImportError:
    from django.conf.urls import url as re_path
urls.urlpatterns = [re_path('^in$', views.sign_in), re_path('^up$', views.SignUp.as_view())]
from django.core import mail
mail.outbox = []
from django.core.signals import got_request_exception
from django.test import Client
from django.views.debug import ExceptionReporter
reports = []
def keep(sender, request=None, **rest):
    reporter = ExceptionReporter(request, *sys.exc_info())
    reports.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])
got_request_exception.connect(keep)
for path in ['/in', '/up']:
    client = Client()
    client.raise_request_exception = False
    try:
        client.post(path, {'password': 'hunter-two', 'card': 'card-4111'})
    except ValueError:
        pass
assert len(mail.outbox) == 2, mail.outbox
for message in mail.outbox:
    reports.append(message.body)
    reports.extend(part[0] for part in message.alternatives)
assert len(reports) == 8, len(reports)
for report in reports:
    assert '********************' in report, report
    for word in ['hunter-two', 'card-4111']:
        assert word not in report, report[report.index(word) - 300:][:400]
print('hidden')
";

#[test]
fn sensitive_decorators_keep_passwords_out_of_error_reports() {
    let files = [("manage.py", ""), ("shop/__init__.py", ""), ("shop/views.py", VIEWS)];
    for (series, interpreter) in series() {
        let folder = project(&files);
        let open = python(&interpreter, folder.path(), &BTreeMap::new(), &["-c", RAISES]);
        assert!(
            !open.status.success(),
            "{series}: without the fix the password must show, or the test shows nothing"
        );
        let fixed = barding(folder.path(), &["fix", "--select", "login-without-sensitive-parameters"], "");
        assert_eq!(fixed.status.code(), Some(0), "{series}: {}", err(&fixed));
        let views = fs::read_to_string(folder.path().join("shop/views.py")).unwrap();
        let hidden = python(&interpreter, folder.path(), &BTreeMap::new(), &["-c", RAISES]);
        assert!(hidden.status.success(), "{series}: {}\n{views}", err(&hidden));
    }
}
