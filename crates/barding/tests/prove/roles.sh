#!/usr/bin/env bash
# The generated SQL on a real PostgreSQL and a real MariaDB: migrations work with one role, the site with the other, which can
# neither create, alter, drop nor truncate; and `barding database` sees the difference.
. "$(dirname "$0")/common.sh"
series=$(ls -d "$venvs"/django-5.2 "$venvs"/django-4.2 2>/dev/null | head -n 1); series=${series##*django-}
python=$venvs/django-$series/bin/python
"$python" -c 'import psycopg' 2>/dev/null || "$python" -m pip install -q --disable-pip-version-check 'psycopg[binary]'
"$python" -c 'import pymysql' 2>/dev/null || "$python" -m pip install -q --disable-pip-version-check pymysql
make_project site "$series"
cd "$work/site"
mkdir orders; touch orders/__init__.py
cat > orders/models.py <<'P'
from django.db import models
class Tag(models.Model):
    name = models.CharField(max_length=20)
class Order(models.Model):
    user = models.ForeignKey("auth.User", models.CASCADE)
    tags = models.ManyToManyField(Tag)
P
cat >> shop/settings.py <<'P'
import os
INSTALLED_APPS += ["orders"]
if os.environ["DB_ENGINE"] == "mysql":
    import pymysql
    pymysql.version_info = (2, 2, 8, "final", 0)
    pymysql.install_as_MySQLdb()
DATABASES = {"default": {"ENGINE": "django.db.backends." + os.environ["DB_ENGINE"], "NAME": "shop_db", "USER": os.environ["DB_USER"],
    "PASSWORD": os.environ["DB_PASSWORD"], "HOST": "127.0.0.1", "PORT": os.environ["DB_PORT"]}}
P
cat > requests.py <<'P'
import os, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import Client
from orders.models import Order, Tag
User.objects.filter(username="boss").delete()
User.objects.create_superuser("boss", "b@shop.example", "pw")
client = Client()
assert client.post("/admin/login/?next=/admin/", {"username": "boss", "password": "pw"}).status_code == 302
assert client.get("/admin/auth/user/").status_code == 200
answer = client.post("/admin/auth/group/add/", {"name": "staff%d" % User.objects.get().pk})
assert answer.status_code == 302, answer.content
order = Order.objects.create(user=User.objects.get())
order.tags.add(Tag.objects.create(name="x"))
with transaction.atomic():
    Order.objects.select_for_update().get(pk=order.pk)
order.delete()
table = "orders_tag"
for sql in ["DROP TABLE " + table, "ALTER TABLE " + table + " ADD COLUMN y int", "CREATE TABLE evil (x int)", "TRUNCATE TABLE " + table,
            "CREATE INDEX evil ON " + table + " (name)", "DROP DATABASE shop_db"]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        continue
    raise SystemExit("the web role could: " + sql)
print("requests work, changes are refused")
P
makemigrations() { DB_ENGINE=sqlite3 DB_USER= DB_PASSWORD= DB_PORT= "$python" manage.py makemigrations -v0 orders; }
makemigrations
prove() { # engine url-scheme
  export DB_ENGINE=$1 DB_PORT=$port
  DB_USER=shop_db_migrate DB_PASSWORD=one "$python" manage.py migrate -v0 || fail "$1: the migration role cannot migrate"
  DB_USER=shop_db_web DB_PASSWORD=two "$python" requests.py || fail "$1: the web role"
  if DB_USER=shop_db_web DB_PASSWORD=two "$python" manage.py migrate -v0 auth zero 2>/dev/null; then fail "$1: the web role can migrate"; fi
  local said
  said=$("$barding" database "$2://shop_db_web:two@127.0.0.1:$port/shop_db" --fail-on high 2>&1) || fail "$1: the web role is not clean: $said"
  grep -q "pbkdf2_sha256" <<<"$said" || fail "$1: no hashes were counted: $said"
  if said=$("$barding" database "$2://shop_db_migrate:one@127.0.0.1:$port/shop_db" --fail-on high 2>&1); then fail "$1: the migration role looks clean: $said"; fi
  DB_USER=shop_db_web DB_PASSWORD=two "$barding" database default --path . --fail-on high >/dev/null || fail "$1: by alias"
  local code=0; said=$("$barding" database "$2://shop_db_web:wr0ng-pass@127.0.0.1:$port/shop_db" 2>&1) || code=$?
  [ "$code" = 2 ] || fail "$1: a wrong password ends with $code"
  if grep -q "wr0ng-pass" <<<"$said"; then fail "$1: the password is shown: $said"; fi
  echo "roles: $1 holds"
}

for server in ${2:-postgresql mariadb}; do
  port=$((30000 + RANDOM % 20000))
  case $server in
  postgresql)
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -x "$bin/initdb" ] || fail "PostgreSQL is missing: scripts/install/databases.sh"
    install -d -o postgres "$work/pg"
    as() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
    echo admin > "$work/pw"; chmod 644 "$work/pw"
    as "$bin/initdb" -D "$work/pg/data" -A scram-sha-256 --pwfile="$work/pw" -U postgres >/dev/null
    as "$bin/postgres" -D "$work/pg/data" -c listen_addresses=127.0.0.1 -p "$port" -k "$work/pg" -c fsync=off >"$work/pg.log" 2>&1 & started+=($!)
    export PGPASSWORD=admin
    wait_for psql -h 127.0.0.1 -p "$port" -U postgres -c 'select 1' || fail "PostgreSQL did not start"
    "$barding" generate database-roles . --engine postgresql --database shop_db > "$work/roles.sql"
    for _ in 1 2; do psql -q -h 127.0.0.1 -p "$port" -U postgres -d postgres -f "$work/roles.sql" >/dev/null || fail "the SQL fails"; done
    psql -q -h 127.0.0.1 -p "$port" -U postgres -c "ALTER ROLE shop_db_migrate PASSWORD 'one'; ALTER ROLE shop_db_web PASSWORD 'two'"
    unset PGPASSWORD
    prove postgresql postgres
    if "$barding" database "postgres://postgres:admin@127.0.0.1:$port/shop_db" --fail-on critical >/dev/null; then fail "a superuser looks clean"; fi ;;
  mariadb)
    command -v mariadbd >/dev/null || fail "MariaDB is missing: scripts/install/databases.sh"
    install -d -o mysql "$work/my"
    mariadb-install-db --no-defaults --user=mysql --datadir="$work/my/data" --auth-root-authentication-method=normal >/dev/null 2>&1
    mariadbd --no-defaults --user=mysql --datadir="$work/my/data" --bind-address=127.0.0.1 --port="$port" --socket="$work/my/s" --pid-file="$work/my/pid" >"$work/my.log" 2>&1 & started+=($!)
    wait_for mariadb --no-defaults -S "$work/my/s" -u root -e 'select 1' || fail "MariaDB did not start"
    "$barding" generate database-roles . --engine mariadb --database shop_db --from-host 127.0.0.1 > "$work/roles.sql"
    for _ in 1 2; do mariadb --no-defaults -S "$work/my/s" -u root < "$work/roles.sql" || fail "the SQL fails"; done
    mariadb --no-defaults -S "$work/my/s" -u root -e "ALTER USER 'shop_db_migrate'@'127.0.0.1' IDENTIFIED BY 'one' ACCOUNT UNLOCK; ALTER USER 'shop_db_web'@'127.0.0.1' IDENTIFIED BY 'two' ACCOUNT UNLOCK"
    prove mysql mysql ;;
  esac
  kill "${started[-1]}"; wait "${started[-1]}" 2>/dev/null || true; unset 'started[-1]'
done
