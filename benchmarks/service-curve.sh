#!/usr/bin/env bash
# Microseconds of one predict call by batch size and tokens, on one core. Options: see README.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

make_model make_encoder.py measuring-encoder-int8
build benchmarks/plain-server
cd "$root"
# as the node sets its allocator up: large blocks stay, or their page faults are measured too
export MALLOC_MMAP_THRESHOLD_=$((32 << 20)) MALLOC_TRIM_THRESHOLD_=$((512 << 20)) MALLOC_TOP_PAD_=$((16 << 20))
exec taskset -c "${CURVE_CPU:-1}" "$java" -Xmx512m -XX:+UseSerialGC \
  -jar benchmarks/plain-server/target/plain-server-*.jar curve \
  --folder benchmarks/.cache/encoder/measuring-encoder-int8 --out simulator/curves/measuring-encoder-int8.csv "$@"
