#!/usr/bin/env bash
# The generated nginx, Apache and Caddy files: the server's own check passes, and behind each of them a real site answers as it
# should: redirect, static file, inert upload, limit, foreign Host, forged scheme.
. "$(dirname "$0")/common.sh"
series=$(ls -d "$venvs"/django-5.2 "$venvs"/django-6.* "$venvs"/django-4.2 2>/dev/null | sort -V | tail -n 1); series=${series##*django-}
make_project site "$series"
cd "$work/site"
mkdir -p static media
echo 'body{}' > static/a.css; echo '<script>1</script>' > media/evil.html; echo 'x' > media/a.png; echo secret > media/.env; echo secret > secret.txt
cat >> shop/settings.py <<'P'
STATIC_ROOT = BASE_DIR / "static"
MEDIA_URL = "media/"
MEDIA_ROOT = BASE_DIR / "media"
ALLOWED_HOSTS = ["shop.example", "www.shop.example"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1048576
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DEBUG = False
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
P
cat > shop/urls.py <<'P'
from django.contrib import admin
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def home(request):
    seen = [request.is_secure(), request.get_host(), request.META.get("HTTP_X_FORWARDED_FOR"), len(request.body)]
    return HttpResponse(" ".join(map(str, seen)), content_type="text/plain")


urlpatterns = [path("admin/", admin.site.urls), path("", home)]
P
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=Proof CA" -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=shop.example -keyout "$work/key.pem" -out "$work/request.pem" 2>/dev/null
openssl x509 -req -in "$work/request.pem" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 60 -out "$work/cert.pem" \
  -extfile <(printf 'subjectAltName=DNS:shop.example,DNS:www.shop.example\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n') 2>/dev/null
chmod 644 "$work/key.pem"
python=$venvs/django-$series/bin/python
"$python" -c "import gunicorn" 2>/dev/null || "$python" -m pip install -q --disable-pip-version-check gunicorn
SECRET_KEY=x "$python" -m gunicorn --bind "unix:$work/app.sock" --umask 0 --workers 1 --log-level error shop.wsgi:application &
started+=($!)
wait_for test -S "$work/app.sock" || fail "gunicorn did not start"
port=$((20000 + RANDOM % 20000)); tls=$((port + 1))
options=(--root "$work/site" --certificate "$work/cert.pem" --key "$work/key.pem" --upstream "unix:$work/app.sock"
  --listen 127.0.0.1 --http-port "$port" --https-port "$tls")

ask() { # url…: head and body
  curl -sS -i --max-time 10 --cacert "$work/ca.pem" --resolve "shop.example:$tls:127.0.0.1" --resolve "shop.example:$port:127.0.0.1" "$@" 2>&1 | tr -d '\r'
}
has() { grep -qiE -- "$1" <<<"$2" || fail "$server: no \`$1\` in: $2"; }
has_not() { ! grep -qiE -- "$1" <<<"$2" || fail "$server: \`$1\` in: $2"; }
once() { [ "$(grep -ciE -- "$1" <<<"$2")" = 1 ] || fail "$server: not once \`$1\` in: $2"; }

prove() {
  local https=https://shop.example:$tls http=http://shop.example:$port said
  wait_for curl -sk -o /dev/null --resolve "shop.example:$tls:127.0.0.1" "$https/" || fail "$server does not answer"
  said=$(ask "$http/a/b?c=d"); has "^HTTP/1.1 30[18]" "$said"; has "^location: $https/a/b\?c=d" "$said"
  said=$(ask "$https/"); has "^HTTP/[12.]+ 200" "$said"; has "^True shop.example:$tls 127.0.0.1 0" "$said"
  for header in strict-transport-security x-content-type-options x-frame-options referrer-policy; do once "^$header:" "$said"; done
  said=$(ask -H "X-Forwarded-Proto: http" -H "X-Forwarded-For: 9.9.9.9" -H "X-Forwarded-Host: evil.example" "$https/")
  has "^True shop.example:$tls 127.0.0.1" "$said"; has_not "9.9.9.9|evil" "$said"
  said=$(ask "$https/static/a.css"); has "^HTTP/[12.]+ 200" "$said"; has "text/css" "$said"; once "^strict-transport-security:" "$said"; once "^x-content-type-options: nosniff" "$said"
  said=$(ask "$https/media/evil.html"); has "octet-stream" "$said"; has "^content-disposition: attachment" "$said"; has "^content-security-policy: .*sandbox" "$said"; once "^x-content-type-options: nosniff" "$said"; has_not "text/html" "$said"
  said=$(ask "$https/media/a.png"); has "^content-type: image/png" "$said"
  for path in /media/.env /static../secret.txt /media../secret.txt /.git/config /static/../secret.txt /media/; do
    said=$(ask --path-as-is "$https$path"); has_not "^HTTP/[12.]+ 200" "$said"; has_not "secret$" "$said"
  done
  said=$(head -c 2000000 /dev/zero | ask --data-binary @- "$https/" || true); has_not "^HTTP/[12.]+ 200" "$said"
  said=$(head -c 900000 /dev/zero | ask --data-binary @- "$https/"); has " 900000" "$said"
  said=$(ask -H "Host: evil.example" "$https/" || true); has_not "^HTTP/[12.]+ 200" "$said"; has_not "^True" "$said"
  said=$(ask -H "Host: evil.example" "$http/" || true); has_not "^HTTP/[12.]+ [23]0" "$said"
  said=$(ask "$https/admin/login/"); has "^HTTP/[12.]+ 200" "$said"
  "$barding" tls "shop.example:$tls" --ip 127.0.0.1 --ca "$work/ca.pem" --fail-on medium --ignore certificate-self-signed,certificate-not-logged,certificate-untrusted --quiet >"$work/tls.txt" || { cat "$work/tls.txt"; fail "$server: barding tls"; }
  # The admin stands at its usual path here, and one port of this machine is not the whole machine.
  "$barding" scan "$https/" --resolve "shop.example:$tls:127.0.0.1" --resolve "shop.example:$port:127.0.0.1" --http-port "$port" --https-port "$tls" \
    --ca "$work/ca.pem" --probe --yes --no-ports --fail-on medium --format json \
    --ignore certificate-self-signed,certificate-not-logged,certificate-untrusted >"$work/scan.json" || { cat "$work/scan.json"; fail "$server: barding scan"; }
  "$python" - "$work/scan.json" <<'P' || fail "$server: barding scan looked at too little"
import json, sys
report = json.load(open(sys.argv[1]))
above = [one for one in report["findings"] if one["severity"] in ("medium", "high", "critical")]
sys.exit(f"{above}" if above or len(report.get("checklist", report.get("tips", []))) == 0 else 0)
P
  echo "servers: $server holds"
}

for server in ${2:-nginx apache caddy}; do
  # Debian's Caddy is built with a Go whose TLS 1.2 lacks the extended master secret; TLS 1.3 alone has no need of it.
  profile=intermediate; [ "$server" = caddy ] && profile=modern
  "$barding" generate "$server" . "${options[@]}" --tls "$profile" > "$work/$server.conf"
  case $server in
  nginx)
    command -v nginx >/dev/null || fail "nginx is missing: scripts/install/nginx.sh"
    printf 'daemon off; pid %s/nginx.pid; error_log %s/nginx.log; user root;\nevents {}\nhttp { include /etc/nginx/mime.types; access_log off; %s include %s/nginx.conf; }\n' \
      "$work" "$work" "client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;" "$work" > "$work/main.conf"
    nginx -t -c "$work/main.conf" 2>"$work/check.txt" || { cat "$work/check.txt"; fail "nginx -t"; }
    grep -q "warn" "$work/check.txt" && { cat "$work/check.txt"; fail "nginx -t warns"; }
    nginx -c "$work/main.conf" & started+=($!) ;;
  apache)
    command -v apache2 >/dev/null || fail "Apache is missing: scripts/install/webservers.sh"
    { for module in mpm_event authz_core authz_host mime headers alias ssl proxy proxy_http reqtimeout socache_shmcb setenvif unixd dir; do
        file=/usr/lib/apache2/modules/mod_$module.so; [ -f "$file" ] && echo "LoadModule ${module}_module $file"; done
      echo "ServerRoot $work"; echo "PidFile $work/apache.pid"; echo "ErrorLog $work/apache.log"; echo "DefaultRuntimeDir $work"
      echo "User www-data"; echo "Group www-data"; echo "TypesConfig /etc/mime.types"; echo "ServerName localhost"; echo "Include $work/apache.conf"; } > "$work/apache-main.conf"
    export APACHE_RUN_DIR=$work
    apache2 -t -f "$work/apache-main.conf" 2>"$work/check.txt" || { cat "$work/check.txt"; fail "apachectl -t"; }
    apache2 -DFOREGROUND -f "$work/apache-main.conf" & started+=($!) ;;
  caddy)
    command -v caddy >/dev/null || fail "Caddy is missing: scripts/install/webservers.sh"
    export XDG_DATA_HOME=$work/caddy XDG_CONFIG_HOME=$work/caddy HOME=$work
    sed -i '0,/^{$/s//{\n\tadmin off/' "$work/caddy.conf"
    caddy validate --adapter caddyfile --config "$work/caddy.conf" >"$work/check.txt" 2>&1 || { cat "$work/check.txt"; fail "caddy validate"; }
    caddy run --adapter caddyfile --config "$work/caddy.conf" >"$work/caddy.log" 2>&1 & started+=($!) ;;
  esac
  prove
  kill "${started[-1]}"; wait "${started[-1]}" 2>/dev/null || true; unset 'started[-1]'
done
