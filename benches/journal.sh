#!/usr/bin/env bash
# The journal's budgets as figures of one run: import beside DuckDB's load of the same file, in turn, then questions at
# 5 thousand, 1 million and 5 million requests (benches/journal.rs).
# usage: benches/journal.sh GEN_ENTRA.PY [ROUNDS]      DuckDB is measured where python has it: pip install duckdb
set -euo pipefail
cd "$(dirname "$0")/.."
generator=$1 rounds=${2:-5}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
target=${CARGO_TARGET_DIR:-target}
cargo build --release --bin scim-console
python3 "$generator" "$work" >/dev/null
log=$work/entra.json
python3 - "$target/release/scim-console" "$log" "$rounds" "$work" <<'PY'
import os, shutil, statistics, subprocess, sys, time
console, log, rounds, work = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
load = "import duckdb,sys; c=duckdb.connect(sys.argv[1]); c.execute(f\"create table t as select * from read_json('{sys.argv[2]}')\"); c.close()"
has_duckdb = subprocess.run([sys.executable, "-c", "import duckdb"], capture_output=True).returncode == 0
def timed(command):
    os.sync(); start = time.monotonic(); subprocess.run(command, check=True, capture_output=True); return time.monotonic() - start
ours, theirs, size = [], [], 0
for _ in range(rounds):
    data = os.path.join(work, "data"); shutil.rmtree(data, ignore_errors=True)
    subprocess.run([console, "--data-dir", data, "profile", "add", "Acme", "--scim-url", "https://acme.example/scim/v2"], check=True, capture_output=True)
    ours.append(timed([console, "--data-dir", data, "import", "--profile", "Acme", log]))
    size = os.path.getsize(os.path.join(data, "journal.sqlite3"))
    if has_duckdb:
        database = os.path.join(work, "duck.db")
        if os.path.exists(database): os.remove(database)
        theirs.append(timed([sys.executable, "-c", load, database, log]))
own = statistics.median(ours); json = os.path.getsize(log)
print(f"import of {json / 1e6:.0f} MB, s: {' '.join(f'{t:.2f}' for t in ours)}; file {size / json:.3f} x the JSON")
if theirs:
    print(f"DuckDB, s: {' '.join(f'{t:.2f}' for t in theirs)}; ratio of the medians {own / statistics.median(theirs):.2f}")
PY
JOURNAL_BENCH_LOG=$log cargo bench --bench journal
