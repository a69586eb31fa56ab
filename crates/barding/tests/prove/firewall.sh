#!/usr/bin/env bash
# The generated packet filter: nft accepts it, and in a network namespace it lets the web in, SSH from the named network only, and
# keeps databases closed, over IPv4 and IPv6.
. "$(dirname "$0")/common.sh"
command -v nft >/dev/null && command -v ip >/dev/null || fail "nft and ip are missing: scripts/install/firewall.sh"
mkdir "$work/p"; cd "$work/p"
"$barding" generate nftables . --domain shop.example --ssh-from 10.77.0.0/24 --ssh-from fd77::/64 > "$work/rules.nft"
"$barding" generate nftables . --domain shop.example > "$work/open.nft"
printf 'services:\n  web:\n    image: nginx:1\n' > compose.yml
"$barding" generate nftables . --domain shop.example > "$work/docker.nft"
inside=bard$$; outside=bout$$
ip netns add "$inside"; ip netns add "$outside"
trap 'ip netns del "$inside" 2>/dev/null || true; ip netns del "$outside" 2>/dev/null || true; stop_all' EXIT
ns() { ip netns exec "$inside" "$@"; }
out() { ip netns exec "$outside" "$@"; }
for rules in rules open docker; do ns nft -c -f "$work/$rules.nft" || fail "nft -c refuses $rules"; done
ip link add "va$$" netns "$inside" type veth peer name "vb$$" netns "$outside"
for side in "$inside va$$ 1" "$outside vb$$ 2"; do
  read -r name link last <<<"$side"
  ip -n "$name" addr add "10.77.0.$last/24" dev "$link"; ip -n "$name" addr add "10.88.0.$last/24" dev "$link"
  ip -n "$name" addr add "fd77::$last/64" dev "$link" nodad; ip -n "$name" addr add "fd88::$last/64" dev "$link" nodad
  ip -n "$name" link set "$link" up; ip -n "$name" link set lo up
done
cat > "$work/listen.py" <<'P'
import select, socket, sys
sockets = []
for port in map(int, sys.argv[1:]):
    listener = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listener.bind(("::", port)); listener.listen(); sockets.append(listener)
while True:
    for ready in select.select(sockets, [], [])[0]:
        ready.accept()[0].close()
P
cat > "$work/try.py" <<'P'
import socket, sys
source, target, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
try:
    socket.create_connection((target, port), timeout=1, source_address=(source, 0)).close()
except OSError:
    sys.exit(1)
P
ports=(22 80 443 21 3306 5432 6379 8000 11211)
ip netns exec "$inside" python3 "$work/listen.py" "${ports[@]}" & started+=($!)
reach() { out python3 "$work/try.py" "$1" "$2" "$3"; }
wait_for reach 10.77.0.2 10.77.0.1 5432 || fail "nothing listens before the rules are loaded"
ns nft -f "$work/rules.nft"; ns nft -f "$work/rules.nft" # loading it twice changes nothing
for pair in "10.77.0.2 10.77.0.1 yes" "10.88.0.2 10.88.0.1 no" "fd77::2 fd77::1 yes" "fd88::2 fd88::1 no"; do
  read -r from to ssh <<<"$pair"
  for port in "${ports[@]}"; do
    case $port in 80 | 443) want=yes ;; 22) want=$ssh ;; *) want=no ;; esac
    if reach "$from" "$to" "$port"; then got=yes; else got=no; fi
    [ "$got" = "$want" ] || fail "port $port from $from: reached: $got, wanted: $want"
  done
done
ns python3 "$work/try.py" 127.0.0.1 127.0.0.1 5432 || fail "the loopback is closed"
ns nft -f "$work/open.nft"
reach 10.88.0.2 10.88.0.1 22 || fail "without networks SSH is closed"
if command -v ufw >/dev/null; then
  "$barding" generate ufw . --ssh-from 10.77.0.0/24 > "$work/ufw.sh"; sh -n "$work/ufw.sh" || fail "the commands for ufw are no shell script"
fi
echo "firewall: open and closed as said"
