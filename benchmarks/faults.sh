#!/usr/bin/env bash
# The fault matrix; writes docs/faults.md. Options: --help; see README.md. Needs root.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

make_model make_encoder.py measuring-encoder-int8
make_model make_blocking.py blocking-encoder
build registry-service model-service gateway-service benchmarks
cd "$root"
exec taskset -c "${GENERATOR_CPUS:-0}" "$java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -jar benchmarks/target/benchmarks-*.jar faults "$@"
