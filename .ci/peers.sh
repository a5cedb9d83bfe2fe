#!/usr/bin/env bash
# Usage: .ci/peers.sh
# Sends trials in every dialect to two SCIM servers that nobody here wrote, headless and, where there is an Xvfb, in the
# window, and reads back what the console keeps of them. The servers' start scripts stand in ../shared/peers; without
# them there is nothing to run, and that is said. A trial that a server cannot pass is listed too: there the console
# must say why, not fail blindly.
set -euo pipefail
cd "$(dirname "$0")/.."
peers="${PEERS:-../shared/peers}"
console="${SCIM_CONSOLE:-${CARGO_TARGET_DIR:-target}/debug/scim-console}"
if [ ! -d "$peers" ]; then
  echo "peers skipped: $peers is not there"
  exit 0
fi
[ -n "${SCIM_CONSOLE:-}" ] || cargo build --quiet

work="$(mktemp -d)"
peers_in_window=
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
passed=0 failed=0

ok() { passed=$((passed + 1)) && echo "  ok   $1"; }
no() { failed=$((failed + 1)) && echo "FAILED $1"; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start SCRIPT PORT TOKEN URL: waits until the server answers; the first start also installs it.
start() {
  local log="$work/${1%.sh}.log"
  "$peers/$1" "$2" "$3" </dev/null >"$log" 2>&1 &
  servers+=($!)
  for _ in $(seq 180); do
    curl -sf -o /dev/null -H "Authorization: Bearer $3" "$4/ServiceProviderConfig" && return 0
    kill -0 "$!" 2>/dev/null || break
    sleep 1
  done
  cat "$log" >&2
  return 1
}

headless() { "$console" --data-dir "$work/data" --format json "$@" 2>"$work/words"; }

# ask EXPRESSION: evaluates Python over the last answer, `it`.
ask() { python3 -c 'import json, sys; it = json.load(open(sys.argv[1])); sys.exit(not (eval(sys.argv[2])))' "$work/answer" "$1" 2>/dev/null; }

# trial PROFILE DIALECT passes|fails
trial() {
  local title="$1: a trial as $2 $3" status=0
  printf '{"userName":"%s-%s@example.com","name.givenName":"Ada","name.familyName":"Lovelace","title":"Engineer","active":"true","emails[type eq \\"work\\"].value":"%s-%s@example.com"}' \
    "$1" "$2" "$1" "$2" >"$work/user.json"
  headless provision --profile "$1" --dialect "$2" --user "$work/user.json" >"$work/answer" || status=$?
  case "$3" in
    passes) [ "$status" = 0 ] && ask 'it["outcome"] == "passed"' && ok "$title" && return ;;
    fails) [ "$status" = 1 ] && ask 'all(s.get("notes") for s in it["steps"] if s["status"] == "failed") and it["outcome"] == "failed"' \
      && ok "$title, and says why" && return ;;
  esac
  no "$title (exit $status)"
  python3 - "$work/answer" 2>/dev/null <<'PY' || cat "$work/answer" "$work/words"
import json, sys
for step in json.load(open(sys.argv[1]))["steps"]:
    exchange = step.get("exchange") or {}
    print("      ", step["name"], step["status"], (exchange.get("response") or {}).get("status"), *step.get("notes", []))
PY
}

# library NAME URL TOKEN [DIALECT REFUSED]: the same through the library, with the server's deviations checked.
library() {
  local title="$1: the library's own tests of a server"
  if SCIM_PEER_URL="$2" SCIM_PEER_TOKEN="$3" SCIM_PEER_REFUSES="${4:-}" cargo test --quiet --test peers \
    </dev/null >"$work/library" 2>&1; then
    ok "$title"
  else
    no "$title"
    tail -40 "$work/library"
  fi
}

# peer NAME SCRIPT PATH, then DIALECT=passes|fails…
peer() {
  local name="$1" script="$2" path="$3" port token url line
  shift 3
  port="$(free_port)" token="token-of-$name-$RANDOM$RANDOM"
  url="http://127.0.0.1:$port$path"
  if ! start "$script" "$port" "$token" "$url"; then
    no "$name starts"
    return
  fi
  if printf %s "$token" | headless profile add "$name" --scim-url "$url" --environment staging --idp other --token-stdin >"$work/answer"; then
    ok "$name: the profile is saved"
  else
    no "$name: the profile is saved"
    cat "$work/words"
  fi
  export SCIM_CONSOLE_TOKEN="$token"
  for line in "$@"; do trial "$name" "${line%=*}" "${line#*=}"; done
  headless requests --profile "$name" --limit 500 >"$work/answer" || true
  if ask 'len(it["requests"]) >= 12 and {"POST", "PATCH", "DELETE", "GET"} <= {r["method"] for r in it["requests"]}'; then
    ok "$name: the list has what the console sent"
  else
    no "$name: the list has what the console sent"
    head -c 2000 "$work/answer"
  fi
  if [ ! -d "$work/data" ] || grep -rqF "$token" "$work/data"; then no "$name: the token is in no file"; else ok "$name: the token is in no file"; fi
  unset SCIM_CONSOLE_TOKEN
  local refused='' word=''
  for line in "$@"; do [ "${line#*=}" = passes ] || refused="${line%=*}"; done
  library "$name" "$url" "$token" "$refused"
  [ -z "$refused" ] || word=" ${refused^}"
  peers_in_window+="$name $url $token$word"$'\n'
}

# scim2-server takes all four dialects. scimmy refuses the quoted booleans of Entra without its flag (400).
peer scim2-server start-scim2-server.sh /v2 entra=passes entra-flag=passes okta=passes rfc=passes
peer scimmy start-scimmy.sh /scim/v2 entra=fails entra-flag=passes okta=passes rfc=passes

if command -v Xvfb >/dev/null; then
  if WINDOWED_PEERS="$peers_in_window" tests/windowed/run.sh </dev/null; then ok 'the same in the window'; else no 'the same in the window'; fi
else
  echo 'the window skipped: there is no Xvfb'
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
