#!/usr/bin/env bash
# Usage: benches/sandbox_load.sh [USERS=1000] [ROUNDS=3] [SECONDS=3] [LARGE=100000]
# Measures the practice tenant, on disk, beside scim2-server and scimmy (with its look-up indexed), in turn and in the
# same run, with ../shared/peers/load/load.sh (wrk and node), and prints the ratios of the median latencies as a table.
# Then the practice tenant alone with LARGE users (0 leaves it out): the same phases, memory, and the latency at 200
# requests a second. PEERS_AT_LARGE=1 also gives the page at LARGE users for both peers (some ten minutes more).
# Needs a release build; PEERS says where the peers' scripts are, SCIM_CONSOLE which console.
set -euo pipefail
cd "$(dirname "$0")/.."
peers="${PEERS:-../shared/peers}"
console="${SCIM_CONSOLE:-${CARGO_TARGET_DIR:-target}/release/scim-console}"
users="${1:-1000}" rounds="${2:-3}" seconds="${3:-3}" large="${4:-100000}"
[ -d "$peers" ] || { echo "sandbox load skipped: $peers is not there"; exit 0; }
[ -x "$console" ] || { echo "build it first: cargo build --release" >&2; exit 2; }
work="$(mktemp -d)"
server=
stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }; server=; }
trap 'stop; rm -rf "$work"' EXIT
token="load-$RANDOM$RANDOM"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start NAME: sets url and server, and notes how long the first answer took.
start() {
  local port began
  rm -f "$work"/tenant.sqlite3*
  port="$(free_port)" began="$(date +%s%N)"
  case "$1" in
    sandbox)
      "$console" sandbox --token "$token" --listen "127.0.0.1:$port" --database "$work/tenant.sqlite3" >/dev/null 2>&1 &
      url="http://127.0.0.1:$port/scim/v2" ;;
    scim2-server) "$peers/start-scim2-server.sh" "$port" "$token" >/dev/null 2>&1 & url="http://127.0.0.1:$port/v2" ;;
    scimmy) INDEXED=1 "$peers/start-scimmy.sh" "$port" "$token" >/dev/null 2>&1 & url="http://127.0.0.1:$port/scim/v2" ;;
  esac
  server=$!
  # The shell's own sockets: starting another program to ask with would take longer than the answer.
  until { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null; do
    kill -0 "$server"
    sleep 0.001
  done
  printf 'GET %s/ServiceProviderConfig HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n' \
    "/${url#http://*/}" "$token" >&3
  read -r _ <&3
  echo "$1 start {\"ms\":$((($(date +%s%N) - began) / 1000000))}" >>"$work/figures"
}
memory() { echo "$1 memory {\"kib\":$(awk '/VmHWM/ { print $2 }' "/proc/$server/status")}" >>"$work/figures"; }
load() { "$peers/load/load.sh" "$url" "$token" "$2" "$seconds" "${CONNECTIONS:-4}" 2>&1 | grep '{' | sed "s/^/$1 /" >>"$work/figures"; }

for round in $(seq "$rounds"); do
  for name in sandbox scim2-server scimmy; do
    echo "round $round: $name" >&2
    start "$name"
    load "$name" "$users"
    stop
  done
done
if [ "$large" -gt 0 ]; then
  echo "$large users: sandbox" >&2
  start sandbox
  load sandbox-large "$large"
  memory sandbox-large
  # 200 requests a second: look-ups, reads, patches and creates by turns, each sent at its time whatever the others do.
  TOKEN="$token" URL="$url" N="$large" node --input-type=module -e '
    import http from "node:http";
    const agent = new http.Agent({ keepAlive: true, maxSockets: 64 }), { TOKEN, URL: base, N } = process.env, took = [], ids = [];
    const send = (method, path, body, seen) => new Promise((done) => {
      const began = process.hrtime.bigint(), text = body && JSON.stringify(body);
      const request = http.request(base + path, { agent, method, headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/scim+json" } }, (answer) => {
        let all = ""; answer.on("data", (part) => all += part);
        answer.on("end", () => { if (seen) took.push(Number(process.hrtime.bigint() - began) / 1e6); done(all); }); });
      request.end(text); });
    const list = JSON.parse(await send("GET", "/Users?startIndex=" + (N / 2) + "&count=100"));
    for (const user of list.Resources) ids.push(user.id);
    const op = (v) => ({ schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [{ op: "replace", path: "active", value: v }] });
    const name = (k) => `user${String(k).padStart(7, "0")}@example.com`, all = [], began = Date.now();
    let sent = 0;
    const turn = () => { const k = sent++, id = ids[k % ids.length];
      return k % 4 === 0 ? send("GET", "/Users?filter=" + encodeURIComponent(`userName eq "${name((k * 7919) % N)}"`), null, true)
        : k % 4 === 1 ? send("GET", "/Users/" + id, null, true)
        : k % 4 === 2 ? send("PATCH", "/Users/" + id, op(k % 8 === 2), true)
        : send("POST", "/Users", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: `paced-${began}-${k}@example.com`, active: true }, true); };
    await new Promise((done) => { const timer = setInterval(() => {
      while (sent < (Date.now() - began) / 5 && sent < 2000) all.push(turn());
      if (sent >= 2000) { clearInterval(timer); done(); } }, 1); });
    await Promise.all(all); took.sort((a, b) => a - b);
    console.log(`sandbox-large paced {"p50us":${Math.round(took[1000] * 1000)},"p99us":${Math.round(took[1980] * 1000)}}`);
    agent.destroy();' >>"$work/figures"
  stop
  if [ -n "${PEERS_AT_LARGE:-}" ]; then
    for name in scim2-server scimmy; do
      echo "$large users: $name" >&2
      start "$name"
      load "$name-large" "$large"
      stop
    done
  fi
fi
python3 - "$work/figures" "$users" "$large" <<'PY'
import json, statistics, sys
seen = {}
for line in open(sys.argv[1]):
    name, phase, figures = line.split(" ", 2)
    for key, value in json.loads(figures).items():
        seen.setdefault((name, phase, key), []).append(value)
    if json.loads(figures).get("bad") or json.loads(figures).get("sock") or json.loads(figures).get("err"):
        print("not every request was answered well:", line.strip())
get = lambda name, phase, key="p50us": statistics.median(seen[name, phase, key]) if (name, phase, key) in seen else None
ms = lambda us: "-" if us is None else "%.2f ms" % (us / 1000)
cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
print("\n%s users, 4 connections, medians (p50); %s, %d cores\n" % (sys.argv[2], cpu, __import__("os").cpu_count()))
print("| phase | sandbox | p99 | scim2-server | scimmy indexed | faster peer / sandbox |\n|---|---|---|---|---|---|")
for phase, title in (("post", "POST"), ("filter", "look-up by userName"), ("byid", "read by id"), ("patch", "PATCH"), ("list", "page of 100")):
    ours, theirs = get("sandbox", phase), [get(peer, phase) for peer in ("scim2-server", "scimmy")]
    # A phase in which a peer answered nothing has no median.
    best = min([t for t in theirs if t], default=None)
    ratio = "%.1f" % (best / ours) if best and ours else "no peer answered"
    print("| %s | %s | %s | %s | %s | %s |" % (title, ms(ours), ms(get("sandbox", phase, "p99us")), *map(ms, theirs), ratio))
print("\nstart to first answer: " + ", ".join("%s %d ms" % (n, get(n, "start", "ms")) for n in ("sandbox", "scim2-server", "scimmy")))
if ("sandbox-large", "list", "p50us") in seen:
    print("\n%s users, the sandbox alone\n\n| phase | p50 | p99 | requests/s | requests/s at %s |\n|---|---|---|---|---|" % (sys.argv[3], sys.argv[2]))
    for phase in ("post", "filter", "byid", "patch", "list"):
        print("| %s | %s | %s | %.0f | %.0f |" % (phase, ms(get("sandbox-large", phase)), ms(get("sandbox-large", phase, "p99us")),
              get("sandbox-large", phase, "rps"), get("sandbox", phase, "rps")))
    for peer in ("scim2-server-large", "scimmy-large"):
        if (peer, "list", "p50us") in seen:
            print("page of 100 there, %s: %s" % (peer, ms(get(peer, "list"))))
    print("\nmost memory resident: %.0f MB; at 200 requests a second: p50 %s, p99 %s" % (
        get("sandbox-large", "memory", "kib") / 1000, ms(get("sandbox-large", "paced")), ms(get("sandbox-large", "paced", "p99us"))))
PY
