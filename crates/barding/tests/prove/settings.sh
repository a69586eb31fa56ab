#!/usr/bin/env bash
# The generated settings on top of startproject: `manage.py check --deploy` is clean in each series that is installed.
. "$(dirname "$0")/common.sh"
count=0
for venv in "$venvs"/django-*; do
  series=${venv##*django-}
  [ -x "$venv/bin/python" ] || continue
  make_project "p$series" "$series"
  cd "$work/p$series"
  "$barding" generate settings . --django "$series" --domain shop.example -o shop/production.py
  said=$(SECRET_KEY="$("$barding" generate secret-key)" DJANGO_SETTINGS_MODULE=shop.production "$venv/bin/python" manage.py check --deploy 2>&1) ||
    fail "Django $series refuses the settings: $said"
  case $said in *"no issues"*) ;; *) fail "Django $series: $said" ;; esac
  # Without its key the site must not start on a guess.
  if DJANGO_SETTINGS_MODULE=shop.production "$venv/bin/python" manage.py check >/dev/null 2>&1; then fail "$series starts without a key"; fi
  count=$((count + 1))
done
[ "$count" -ge 2 ] || fail "only $count series of Django are installed"
echo "settings: $count series are clean"
