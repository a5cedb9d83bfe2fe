#!/usr/bin/env bash
# Usage: .ci/hostile.sh [MOST_MB=150]
# Callers that mean harm, all at once, against the practice tenant on disk: 1,000 idle and slow connections, bodies of 1 MiB
# and more, JSON thousands deep, bulks of 10,000 operations, floods of headers. Each has to be refused or bounded, others
# answered meanwhile, and the memory of the process has to stay below MOST_MB. Last line: N passed, N failed.
set -euo pipefail
cd "$(dirname "$0")/.."
console="${SCIM_CONSOLE:-${CARGO_TARGET_DIR:-target}/debug/scim-console}"
[ -n "${SCIM_CONSOLE:-}" ] || cargo build --quiet
exec python3 - "$console" "${1:-150}" <<'PY'
import json, os, socket, subprocess, sys, tempfile, threading, time
from urllib.parse import urlsplit

console, most = sys.argv[1], int(sys.argv[2])
token, folder = "hostile-12345678", tempfile.TemporaryDirectory(prefix="scim-hostile-")
server = subprocess.Popen([console, "sandbox", "--policy", "rfc", "--token", token, "--listen", "127.0.0.1:0",
                           "--database", os.path.join(folder.name, "tenant.sqlite3")],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
base = urlsplit(json.loads(server.stdout.readline())["scim"])
passed, failed, lock = 0, 0, threading.Lock()


def check(what, holds, seen=""):
    global passed, failed
    with lock:
        passed, failed = passed + bool(holds), failed + (not holds)
        if not holds:
            print("  failed:", what, seen)


def connect():
    connection = socket.create_connection((base.hostname, base.port), timeout=30)
    return connection


def head(method, path, length, more=""):
    return ("%s %s%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/scim+json\r\n"
            "Connection: close\r\nContent-Length: %d\r\n%s\r\n" % (method, base.path, path, base.netloc, token, length, more)).encode()


def say(data):
    """The status that is answered; 0 where the connection is closed without one."""
    connection = connect()
    try:
        try:
            connection.sendall(data)
        except OSError:
            pass
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk if len(answer) < 4096 else b""
        except OSError:
            pass
        words = answer.split(b" ", 2)
        return int(words[1]) if len(words) > 1 else 0
    finally:
        connection.close()


def post(path, body):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return say(head("POST", path, len(body)) + body)


def user(number, **more):
    return {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "hostile-%s@example.com" % number, **more}


def deep(levels, opening=b'{"a":', closing=b"}"):
    return opening * levels + b"1" + closing * levels


def large(worker):
    for round_ in range(12):
        name = "%d-%d" % (worker, round_)
        fits = post("/Users", user(name, displayName="x" * (1024 * 1024 - 400)))
        check("a body of almost 1 MiB is taken or refused for the time being", fits in (0, 201, 408, 503), fits)
        much = post("/Users", user(name + "-much", displayName="x" * (2 * 1024 * 1024)))
        check("a body of 2 MiB is refused", much in (0, 413), much)


def nested(worker):
    for levels in (64, 1_000, 100_000) * 4:
        for opening, closing in ((b'{"a":', b"}"), (b"[", b"]")):
            status = post("/Users", deep(levels, opening, closing))
            check("JSON %d deep is refused" % levels, status in (0, 400, 413), status)
        question = say(head("GET", "/Users?filter=" + "(" * 5_000 + "title%20pr" + ")" * 5_000, 0))
        check("a filter 5,000 deep is refused", 400 <= question < 500, question)


def bulks(worker):
    one = lambda number: {"method": "POST", "path": "/Users", "bulkId": "b%d" % number, "data": user("bulk-%d" % number)}
    message = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]}
    for _ in range(4):
        status = post("/Bulk", {**message, "Operations": [{"method": "DELETE", "path": "/Users/%d" % n} for n in range(10_000)]})
        check("a bulk of 10,000 operations is refused", status == 413, status)
        status = post("/Bulk", {**message, "Operations": [one(n) for n in range(1_000)]})
        check("one of 1,000 is answered", status == 200, status)


def headers(worker):
    for _ in range(30):
        flood = say(head("GET", "/Users", 0, "".join("X-%d: %s\r\n" % (n, "y" * 100) for n in range(5_000))))
        check("5,000 headers are refused", flood in (0, 431), flood)
        flood = say(head("GET", "/Users", 0, "X: " + "y" * 2_000_000 + "\r\n"))
        check("a header of 2 MB is refused", flood in (0, 431), flood)


slow = []
for number in range(1_000):
    try:
        connection = connect()
        # A part of a head; a head that promises a body and brings none; one that brings a part and stops.
        connection.sendall([head("POST", "/Users", 1_000_000), head("POST", "/Users", 1_000_000)[:20],
                            head("POST", "/Users", 1_000_000) + b" " * 50_000][number % 3])
        slow.append(connection)
    except OSError:
        break
workers = [threading.Thread(target=work, args=(number,))
           for number, work in enumerate([large, large, large, large, nested, nested, bulks, headers])]
for worker in workers:
    worker.start()
while any(worker.is_alive() for worker in workers):
    began = time.monotonic()
    status = say(head("GET", "/ServiceProviderConfig", 0))
    took = time.monotonic() - began
    check("others are answered meanwhile, within five seconds", status == 200 and took < 5, (status, round(took, 1)))
    time.sleep(0.2)
for connection in slow:
    connection.close()
check("it still runs", server.poll() is None)
check("and answers", say(head("GET", "/Users?count=1", 0)) == 200)
peak = next(int(line.split()[1]) for line in open("/proc/%d/status" % server.pid) if line.startswith("VmHWM")) / 1000
check("the memory stays below %d MB" % most, peak < most, "%.0f MB" % peak)
print("  %d slow or idle connections; most memory resident: %.0f MB" % (len(slow), peak))
server.terminate()
server.wait()
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
PY
