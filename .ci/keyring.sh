#!/usr/bin/env bash
# Usage: .ci/keyring.sh
# A token outlives the process in a real Secret Service (gnome-keyring on a session bus of its own, in a home of its
# own), and where there is none the console says so and takes the token from the caller each time.
set -euo pipefail
cd "$(dirname "$0")/.."
export SCIM_CONSOLE_BINARY="${SCIM_CONSOLE:-${CARGO_TARGET_DIR:-target}/debug/scim-console}"
[ -n "${SCIM_CONSOLE:-}" ] || cargo build --quiet
SCIM_CONSOLE_BINARY="$(realpath "$SCIM_CONSOLE_BINARY")"

work="$(mktemp -d)"
tenant=
trap '[ -z "$tenant" ] || kill "$tenant" 2>/dev/null || true; rm -rf "$work"' EXIT
export work token="kept-$RANDOM$RANDOM$RANDOM"

# A tenant that takes this token and no other.
mkfifo "$work/ready"
"$SCIM_CONSOLE_BINARY" --data-dir "$work/tenant" sandbox --listen 127.0.0.1:0 --memory --token "$token" --demo 20 \
  </dev/null >"$work/ready" 2>"$work/tenant.log" &
tenant=$!
read -r -t 60 line <"$work/ready" || { cat "$work/tenant.log" >&2; echo 'the tenant did not start' >&2; exit 1; }
scim="$(printf %s "$line" | python3 -c 'import json, sys; print(json.load(sys.stdin)["scim"])')"
support="$(printf %s "$line" | python3 -c 'import json, sys; print(json.load(sys.stdin)["support"])')"
export scim support

cat >"$work/checks.sh" <<'CHECKS'
set -uo pipefail
passed=0 failed=0
check() {
  local title="$1"
  shift
  if "$@" >"$work/out" 2>"$work/err"; then
    passed=$((passed + 1)) && echo "  ok   $title"
  else
    failed=$((failed + 1)) && echo "FAILED $title" && cat "$work/out" "$work/err"
  fi
}
console() { "$SCIM_CONSOLE_BINARY" --data-dir "$1" --format json "${@:2}"; }
add() { printf %s "$token" | console "$1" profile add kept --scim-url "$scim" --support-url "$support" --token-stdin; }
reads() { console "$1" sync --profile kept && console "$1" requests --profile kept --limit 5; }
refused() { ! reads "$1" && grep -qi token "$work/err"; }
says() { add "$1" && grep -qi 'credential store' "$work/err"; }
given() { SCIM_CONSOLE_TOKEN="$token" reads "$1"; }
absent() { ! grep -rqF "$token" "$@"; }
removed() { console "$1" profile remove kept && ! reads "$1"; }
CHECKS

cat >"$work/with.sh" <<'WITH'
. "$work/checks.sh"
printf '\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
check 'with a credential store: the profile and its token are saved' add "$work/kept"
check 'a new process uses the saved token' reads "$work/kept"
check 'the token is in no file of the console' absent "$work/kept"
check 'removing the profile removes its token' removed "$work/kept"
echo "$passed $failed" >"$work/with"
WITH

cat >"$work/without.sh" <<'WITHOUT'
. "$work/checks.sh"
check 'without one: the profile is saved and the console says that the token is not' says "$work/session"
check 'a new process asks for the token' refused "$work/session"
check 'and works when it is given one' given "$work/session"
check 'the token is in no file of the console' absent "$work/session"
echo "$passed $failed" >"$work/without"
WITHOUT

mkdir -p "$work/home/.local/share" "$work/runtime"
chmod 700 "$work/runtime"
alone=(env -u DISPLAY -u WAYLAND_DISPLAY HOME="$work/home" XDG_DATA_HOME="$work/home/.local/share" XDG_RUNTIME_DIR="$work/runtime")
"${alone[@]}" dbus-run-session -- bash "$work/with.sh"
"${alone[@]}" DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent bash "$work/without.sh"

read -r passed failed <"$work/with"
read -r more_passed more_failed <"$work/without"
echo "$((passed + more_passed)) passed, $((failed + more_failed)) failed"
[ "$((failed + more_failed))" = 0 ]
