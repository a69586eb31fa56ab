# Shared by the proofs of this folder: a startproject of some series, made into a small real site.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../../.." && pwd)
barding=$1
venvs=${BARDING_VENVS:-$root/target/venvs}
work=$(mktemp -d)
chmod 755 "$work"
started=()
stop_all() { for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"; }
trap stop_all EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

# A project of a series under $work/$1, with a static file, an upload and the admin.
make_project() { # name series
  local python=$venvs/django-$2/bin/python
  [ -x "$python" ] || fail "Django $2 is missing: scripts/install/django.sh"
  mkdir -p "$work/$1"
  (cd "$work/$1" && "$python" -m django startproject shop .)
}
wait_for() { # command…
  for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done
  return 1
}
