#!/bin/sh
# Runs every fuzz target for a bounded time: `.ci/fuzz.sh [seconds for each, 60 unless told]`. What a crash leaves is in
# fuzz/artifacts. Not a part of `.ci/run`: it needs `cargo install cargo-fuzz`, which takes minutes, and so does its build.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
out=${FUZZ_TARGET_DIR:-/tmp/fuzz-target}
# The same versions as the console's own.
cp Cargo.lock fuzz/Cargo.lock
# No crate here writes unsafe code, so the address sanitizer would cost time and find nothing; without it any toolchain will do.
cargo fuzz build -s none --target-dir "$out"
for target in filter path patch router log tables words diagnosis; do
    mkdir -p "fuzz/corpus/$target"
    cargo fuzz run -s none --target-dir "$out" "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -max_len=2048 -len_control=0 -timeout=10 -rss_limit_mb=4096 -dict=fuzz/scim.dict -print_final_stats=1
done
