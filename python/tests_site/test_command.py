"""`manage.py barding`: the program, told what the running project knows. And the hooks and the action that run it elsewhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path):
    """A project whose settings depend on the environment."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "settings.py").write_text(
        "import os\n"
        "from pathlib import Path\n"
        "BASE_DIR = Path(__file__).resolve().parent.parent\n"
        "SECRET_KEY = os.environ['SHOP_KEY']\n"
        "DEBUG = os.environ.get('SHOP_DEBUG', 'no') == 'yes'\n"
        "ALLOWED_HOSTS = os.environ.get('SHOP_HOSTS', '').split(',')\n"
        "INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'barding']\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}}\n"
        "ROOT_URLCONF = 'shop.urls'\n"
        "SESSION_COOKIE_SECURE = True\n"
    )
    (tmp_path / "shop" / "urls.py").write_text("urlpatterns = []\n")
    (tmp_path / "manage.py").write_text(
        "import os, sys\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
        "from django.core.management import execute_from_command_line\n"
        "execute_from_command_line(sys.argv)\n"
    )
    return tmp_path


def manage(project, *words, **environment):
    known = {"PATH": os.environ["PATH"], "SHOP_KEY": "it's \"quoted\" #k3y-x", "SHOP_HOSTS": "shop.example,api.shop.example", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    return subprocess.run(
        [sys.executable, "-B", "manage.py", "barding", *words], cwd=project, env={**known, **environment}, capture_output=True, text=True, check=False
    )


def test_check_knows_the_environment(project):
    said = manage(project, "check", "--format", "json")
    assert said.returncode in (0, 1), said.stderr
    clean = {finding["rule"] for finding in json.loads(said.stdout)["findings"]}
    said = manage(project, "check", "--format", "json", SHOP_DEBUG="yes")
    assert said.returncode == 1
    debugging = {finding["rule"] for finding in json.loads(said.stdout)["findings"]}
    assert "debug-enabled" in debugging and "debug-enabled" not in clean


def test_the_environment_is_not_in_the_command_line(project, tmp_path):
    spy = tmp_path / "bin" / "barding"
    spy.parent.mkdir()
    spy.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    spy.chmod(0o755)
    code = (
        "import sys; import barding.management.commands.barding as command; command.find_binary = lambda: sys.argv.pop(1); "
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'; "
        "from django.core.management import execute_from_command_line; execute_from_command_line(['manage.py', 'barding', 'check', '--select', 'x'])"
    )
    said = subprocess.run([sys.executable, "-B", "-c", code, str(spy)], cwd=project, capture_output=True, text=True, check=False,
                          env={**os.environ, "SHOP_KEY": "a-very-secret-key", "SHOP_HOSTS": "x", "PYTHONPATH": f"{project}:{os.environ.get('PYTHONPATH', '')}"})  # fmt: skip
    words = said.stdout.split()
    assert words[:3] == ["check", "--select", "x"] and "a-very-secret-key" not in said.stdout, said.stderr
    assert words[words.index("--settings") + 1] == "shop.settings" and "--env-complete" in words
    file = words[words.index("--env-file") + 1]
    assert not Path(file).exists()  # it was there while the program ran, and no longer


def test_settings_and_their_comparison(project):
    said = manage(project, "settings", "--explain", "DEBUG")
    assert said.returncode == 0 and "shop/settings.py" in said.stdout, said.stdout + said.stderr
    said = manage(project, "settings", "--compare")
    assert said.returncode == 0, said.stdout + said.stderr
    count = int(said.stdout.split()[0])
    assert count > 100 and "0 do not" in said.stdout
    # A value that only running code can change is a difference, and its text stays out of the report.
    text = (project / "manage.py").read_text()
    change = "import django.conf\ndjango.conf.settings.SESSION_COOKIE_SECURE = False\ndjango.conf.settings.CSRF_COOKIE_NAME = 'told-nobody'\n"
    (project / "manage.py").write_text(text.replace("from django.core", change + "from django.core", 1))
    said = manage(project, "settings", "--compare")
    assert said.returncode == 1 and "SESSION_COOKIE_SECURE: the model (shop/settings.py" in said.stdout, said.stdout + said.stderr
    assert "CSRF_COOKIE_NAME" in said.stdout and "told-nobody" not in said.stdout


def test_without_words_and_with_unknown_ones(project):
    assert manage(project).returncode == 2
    assert "usage" in manage(project, "--help").stdout
    assert manage(project, "no-such-command").returncode == 2
    assert manage(project, "rules").returncode == 0


def test_scan_needs_to_know_the_site(project):
    said = manage(project, "scan", SHOP_HOSTS="*")
    assert said.returncode == 2 and said.stderr.startswith("barding: the audit did not happen")


def test_lines_of_the_environment_file():
    from barding.management.commands.barding import _line, _positional, _without_settings

    assert _line("A", "plain") == "A='plain'\n"
    assert _line("A", "it's") == 'A="it\'s"\n'
    assert _line("A", "a'b\"c") == "A=a'b\"c\n"
    for unwritable in ("a\nb", "'\"", "a'b\" #c", "a'\" "):
        assert _line("A", unwritable) is None
    assert _positional(["--format", "json", "x", "-q", "--path=y"]) == ["x"]
    assert _without_settings(["check", "--settings", "a.b", "--settings=c", "x"]) == ["check", "x"]


def test_call_command(project):
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'; import django; django.setup(); "
        "from django.core.management import call_command, CommandError\n"
        "call_command('barding', 'rules')\n"
        "try:\n    call_command('barding', 'no-such-command')\nexcept CommandError as problem:\n    print('raised', problem.returncode)\n"
    )
    said = subprocess.run([sys.executable, "-B", "-c", code], cwd=project, capture_output=True, text=True, check=False,
                          env={**os.environ, "SHOP_KEY": "a-very-secret-key"})  # fmt: skip
    assert "raised 2" in said.stdout, said.stdout[-500:] + said.stderr[-500:]


def test_the_hooks_name_real_commands():
    import re

    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entries = re.findall(r"^  entry: (.+)$", text, re.M)
    assert len(entries) == text.count("- id:") == 2
    for entry in entries:
        words = entry.split()
        said = subprocess.run([sys.executable, "-m", "barding", words[1], "--help"], capture_output=True, text=True, check=False)
        assert said.returncode == 0
        for option in words[2:]:
            assert option in said.stdout


def test_the_action_runs(tmp_path):
    """Its scripts, with the program of this environment: annotations, SARIF, and the program's own exit code."""
    import re

    text = (ROOT / "action.yml").read_text()
    script = text.split("id: audit")[1].split("run: |\n")[1]
    script = re.sub(r"^ {8}", "", script, flags=re.M)
    assert "${{" not in script  # inputs go by the environment only
    runner = tmp_path / "runner"
    (runner / "barding" / "bin").mkdir(parents=True)
    program = runner / "barding" / "bin" / "barding"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m barding "$@"\n')
    program.chmod(0o755)
    project = tmp_path / "project"
    project.mkdir()
    (project / "manage.py").write_text("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n")
    (project / "settings.py").write_text("DEBUG = True\nSECRET_KEY = 'x'\nROOT_URLCONF = 'urls'\nALLOWED_HOSTS = ['*']\nINSTALLED_APPS = []\n")
    output = tmp_path / "output"
    environment = {**os.environ, "RUNNER_TEMP": str(runner), "GITHUB_OUTPUT": str(output), "PROJECT": str(project), "SETTINGS": "settings",
                   "FAIL_ON": "low", "SARIF": str(tmp_path / "out.sarif"), "ARGUMENTS": "--min-severity\nlow"}  # fmt: skip
    said = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 1, said.stderr
    assert output.read_text() == "exit-code=1\n" and "::" in said.stdout and "settings.py" in said.stdout
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"
