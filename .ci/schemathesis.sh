#!/usr/bin/env bash
# Usage: .ci/schemathesis.sh [SUPPORT_URL TOKEN]
# Sends what schemathesis makes of the OpenAPI description to the support API, for about a minute: of a practice tenant
# in memory that it starts, or of the tenant named, whose tokens, fields and mappings it changes: a test tenant, then.
# The stream of events is left out, since it never ends. Last line: N passed, N failed.
set -euo pipefail
cd "$(dirname "$0")/.."
console="${SCIM_CONSOLE:-${CARGO_TARGET_DIR:-target}/debug/scim-console}"
venv="${XDG_CACHE_HOME:-$HOME/.cache}/scim-peers/venv-schemathesis"
work="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

if ! [ -x "$venv/bin/schemathesis" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet schemathesis==4.32.5
fi

if [ $# -ge 2 ]; then
  support="${1%/}" token="$2"
else
  [ -n "${SCIM_CONSOLE:-}" ] || cargo build --quiet
  token="schemathesis-$RANDOM$RANDOM"
  "$console" sandbox --memory --token "$token" --demo 200 >"$work/ready" 2>"$work/words" &
  server=$!
  for _ in $(seq 100); do
    [ -s "$work/ready" ] && break
    kill -0 "$server" || { cat "$work/words" >&2; exit 1; }
    sleep 0.1
  done
  support="$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["support"])' "$work/ready")"
fi

status=0
timeout "${SECONDS_AT_MOST:-120}" "$venv/bin/schemathesis" --config-file .ci/schemathesis.toml run "$support/openapi.json" \
  --url "$support" --header "Authorization: Bearer $token" --checks all \
  --phases examples,coverage,fuzzing,stateful --max-examples "${EXAMPLES:-40}" --continue-on-failure \
  --request-timeout 10 --seed "${SEED:-1}" --generation-database none --no-color \
  >"$work/out" 2>&1 || status=$?
[ "$status" = 0 ] || cat "$work/out"
# One line a phase and check in its own words; the report of failures stands above.
python3 - "$work/out" "$status" <<'PY'
import re, sys
text, status = open(sys.argv[1]).read(), int(sys.argv[2])
for line in text.splitlines():
    if re.search(r"tested|Operations:|Scenarios:|skipped|generated|Seed", line):
        print("  " + line.strip())
passed = sum(int(n) for n in re.findall(r"(\d+) passed", text))
failed = len(re.findall(r"(?m)^- Test Case ID|^\d+\. Test Case ID", text)) or (1 if status else 0)
print(f"{passed} passed, {failed} failed")
PY
[ "$status" = 0 ]
