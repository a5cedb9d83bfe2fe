#!/usr/bin/env bash
# Usage: .ci/conformance.sh
# Runs public SCIM test suites, which nobody here wrote, against the practice tenant, once by the RFC's rules and once by
# the vendor's: scim2-tester and the client that it is made of, whose start script stands in ../shared/peers, and
# scim-sanity, which is installed here. What cannot be had is said to be skipped. Anything that fails and is not named
# below fails the run; docs/CONFORMANCE.md gives the reasons.
set -euo pipefail
cd "$(dirname "$0")/.."
tester="${PEERS:-../shared/peers}/run-scim2-tester.sh"
sanity="${XDG_CACHE_HOME:-$HOME/.cache}/scim-peers/venv-sanity"
tester_python="${PEERS_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/scim-peers/venv-tester}/bin/python"
console="${SCIM_CONSOLE:-${CARGO_TARGET_DIR:-target}/debug/scim-console}"
# The failures of scim-sanity that are expected by a policy, one a line.
declare -A expected=(
  [rfc]=''
  # It changes displayName, which the guide does not list and which so never lands.
  [thrive]='GET /Users/{id} after PUT'
)
[ -x "$tester" ] || { echo "scim2-tester skipped: $tester is not there" && tester=; }
install_sanity() { python3 -m venv "$sanity" && "$sanity/bin/pip" install -q 'scim-sanity==0.7.4'; }
if ! "$sanity/bin/scim-sanity" --version >/dev/null 2>&1 && ! install_sanity >&2; then
  echo 'scim-sanity skipped: it could not be installed' && sanity=
fi
[ -n "$tester$sanity" ] || exit 0
[ -n "${SCIM_CONSOLE:-}" ] || cargo build --quiet

work="$(mktemp -d)"
tenant=
trap '[ -z "$tenant" ] || kill "$tenant" 2>/dev/null || true; rm -rf "$work"' EXIT
passed=0 failed=0

# count NAME: adds up the last line of the report, 'N passed, N failed'.
count() {
  local counts rest
  counts="$(tail -n 1 "$work/report")"
  echo "  $policy, $1: $counts"
  case "$counts" in
    [0-9]*' passed, '[0-9]*' failed'*)
      passed=$((passed + ${counts%% *}))
      rest="${counts#* passed, }"
      failed=$((failed + ${rest%% *}))
      ;;
    *) failed=$((failed + 1)) ;;
  esac
}

# scim-sanity's results as words, with what is expected apart from what failed.
summary() {
  python3 - "$work/results" "${expected[$policy]}" <<'PY'
import json, sys
text = open(sys.argv[1]).read()
try:
    results = json.loads(text)["results"]
except (ValueError, KeyError):
    sys.exit(f"{text}\nno results")
expected = sys.argv[2].splitlines()
passed = [one for one in results if one["status"] in ("pass", "warn")]
skipped = [one for one in results if one["status"] == "skip"]
wrong = [one for one in results if one not in passed and one not in skipped]
failed = [one for one in wrong if one["name"] not in expected]
for one in wrong:
    print("FAILED" if one in failed else "expected:", one["name"], one.get("message", ""))
print(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped, {len(wrong) - len(failed)} expected")
PY
}

for policy in rfc thrive; do
  token="token-$RANDOM$RANDOM"
  mkfifo "$work/$policy"
  "$console" sandbox --listen 127.0.0.1:0 --memory --token "$token" --policy "$policy" </dev/null >"$work/$policy" &
  tenant=$!
  read -r ready <"$work/$policy"
  url="$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["scim"])' "$ready")"
  if [ -n "$tester" ]; then
    if "$tester" "$url" "$token" </dev/null >"$work/report" 2>&1; then :; else cat "$work/report"; fi
    count scim2-tester
    # Its start script has installed the client as well.
    if "$tester_python" .ci/client.py "$url" "$token" "$policy" >"$work/report" 2>&1; then :; else cat "$work/report"; fi
    count scim2-client
  fi
  if [ -n "$sanity" ]; then
    "$sanity/bin/scim-sanity" probe "$url" --token "$token" --strict --json-output --i-accept-side-effects \
      </dev/null >"$work/results" 2>"$work/words" || true
    summary >"$work/report" 2>&1 || cat "$work/words"
    sed -n '/^FAILED\|^expected/s/^/    /p' "$work/report"
    count scim-sanity
  fi
  kill "$tenant" && wait "$tenant" 2>/dev/null || true
  tenant=
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
