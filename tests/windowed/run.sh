#!/usr/bin/env bash
# Usage: tests/windowed/run.sh
# The story of a first user in the real window, on a virtual display. Pictures: .ci/out/windowed/*.png.
# Needs Xvfb and a software OpenGL (Debian: xvfb libgl1-mesa-dri libegl1 libgl1).
set -euo pipefail
cd "$(dirname "$0")/../.."
unset DISPLAY
# With the pictures' feature too: one build for both.
exec cargo test --features inspection,snapshots --test windowed
