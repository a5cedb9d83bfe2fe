#!/usr/bin/env bash
# Usage: .ci/kill.sh [ROUNDS=20]
# Kills the practice tenant, on disk, in the middle of creates and patches, and looks after each restart whether every
# write that was answered is there and no PATCH was applied by half. Last line: N passed, N failed.
set -euo pipefail
cd "$(dirname "$0")/.."
console="${SCIM_CONSOLE:-${CARGO_TARGET_DIR:-target}/debug/scim-console}"
[ -n "${SCIM_CONSOLE:-}" ] || cargo build --quiet
exec python3 - "$console" "${1:-20}" <<'PY'
import http.client, json, os, random, signal, subprocess, sys, tempfile, threading, time
from urllib.parse import urlsplit

console, rounds = sys.argv[1], int(sys.argv[2])
random.seed(7)
token = "kill-%d" % random.getrandbits(60)
headers = {"Authorization": "Bearer " + token, "Content-Type": "application/scim+json"}
folder = tempfile.TemporaryDirectory(prefix="scim-kill-")
# What was answered: id -> number of the last PATCH; and the one PATCH of each user that nobody answered.
known, unanswered = {}, {}
passed = failed = writes = 0


def start():
    server = subprocess.Popen([console, "sandbox", "--policy", "rfc", "--token", token, "--listen", "127.0.0.1:0",
                               "--database", os.path.join(folder.name, "tenant.sqlite3")],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    line = server.stdout.readline()
    if not line:
        sys.exit("the sandbox did not start again")
    return server, urlsplit(json.loads(line)["scim"])


class Caller:
    def __init__(self, base):
        self.base, self.connection = base, http.client.HTTPConnection(base.hostname, base.port, timeout=10)

    def ask(self, method, path, body=None):
        self.connection.request(method, self.base.path + path, body and json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None


def marks(number):
    """One PATCH changes three attributes at once: all of them say the same number."""
    return {"title": "t%d" % number, "displayName": "t%d" % number, "nickName": "t%d" % number}


def load(base, worker, round_, stop):
    global writes
    caller, mine, number = Caller(base), [], 0
    try:
        while not stop.is_set():
            number += 1
            if not mine or random.random() < 0.4:
                user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                        "userName": "u%d-%d-%d@example.com" % (round_, worker, number), **marks(0)}
                status, body = caller.ask("POST", "/Users", user)
                assert status == 201, (status, body)
                known[body["id"]] = 0
                mine.append(body["id"])
            else:
                id_ = random.choice(mine)
                wanted = known[id_] + 1
                unanswered[id_] = wanted
                operations = [{"op": "replace", "path": key, "value": value} for key, value in marks(wanted).items()]
                status, body = caller.ask("PATCH", "/Users/" + id_, {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
                assert status == 200, (status, body)
                known[id_] = wanted
                del unanswered[id_]
            writes += 1
    except (OSError, http.client.HTTPException):
        pass  # The kill.


def check(base, round_, ids):
    global passed, failed
    caller, wrong = Caller(base), []
    for id_ in ids:
        status, body = caller.ask("GET", "/Users/" + id_)
        if status != 200:
            wrong.append("%s was answered and is gone (%s)" % (id_, status))
            continue
        seen = {body.get(key) for key in marks(0)}
        may = {"t%d" % known[id_]} | ({"t%d" % unanswered[id_]} if id_ in unanswered else set())
        if len(seen) != 1:
            wrong.append("%s has half of a PATCH: %s" % (id_, seen))
        elif not seen <= may:
            wrong.append("%s is at %s, not at %s" % (id_, seen, may))
        else:
            known[id_] = int(seen.pop()[1:])
    unanswered.clear()
    if wrong:
        failed += 1
        print("FAILED round %d: %s" % (round_, "; ".join(wrong[:5])))
    else:
        passed += 1


server, base = start()
for round_ in range(1, rounds + 1):
    stop, before = threading.Event(), set(known)
    workers = [threading.Thread(target=load, args=(base, worker, round_, stop)) for worker in range(4)]
    for worker in workers:
        worker.start()
    time.sleep(random.uniform(0.2, 1.2))
    server.send_signal(signal.SIGKILL)
    server.wait()
    stop.set()
    for worker in workers:
        worker.join()
    server, base = start()
    # All of this round, and a sample of those before.
    check(base, round_, [id_ for id_ in known if id_ not in before] + random.sample(sorted(before), min(100, len(before))))
check(base, rounds + 1, list(known))
server.terminate()
server.wait()
print("  %d users and %d answered writes over %d kills" % (len(known), writes, rounds))
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
PY
