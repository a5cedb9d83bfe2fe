#!/usr/bin/env bash
# Usage: .ci/conformance.sh
# Runs a public SCIM test suite, which nobody here wrote, against the practice tenant, once by the RFC's rules and once
# by the vendor's. The suite's start script stands in ../shared/peers; without it there is nothing to run, and that is
# said.
set -euo pipefail
cd "$(dirname "$0")/.."
suite="${PEERS:-../shared/peers}/run-scim2-tester.sh"
console="${SCIM_CONSOLE:-${CARGO_TARGET_DIR:-target}/debug/scim-console}"
if [ ! -x "$suite" ]; then
  echo "conformance skipped: $suite is not there"
  exit 0
fi
[ -n "${SCIM_CONSOLE:-}" ] || cargo build --quiet

work="$(mktemp -d)"
tenant=
trap '[ -z "$tenant" ] || kill "$tenant" 2>/dev/null || true; rm -rf "$work"' EXIT
passed=0 failed=0
for policy in rfc thrive; do
  token="token-$RANDOM$RANDOM"
  mkfifo "$work/$policy"
  "$console" sandbox --listen 127.0.0.1:0 --memory --token "$token" --policy "$policy" </dev/null >"$work/$policy" &
  tenant=$!
  read -r ready <"$work/$policy"
  url="$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["scim"])' "$ready")"
  if "$suite" "$url" "$token" </dev/null >"$work/report" 2>&1; then :; else cat "$work/report"; fi
  counts="$(tail -n 1 "$work/report")"
  echo "  $policy: $counts"
  case "$counts" in
    [0-9]*' passed, '[0-9]*' failed'*)
      passed=$((passed + ${counts%% *}))
      rest="${counts#* passed, }"
      failed=$((failed + ${rest%% *}))
      ;;
    *) failed=$((failed + 1)) ;;
  esac
  kill "$tenant" && wait "$tenant" 2>/dev/null || true
  tenant=
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
