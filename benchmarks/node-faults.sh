#!/usr/bin/env bash
# A node that hangs, drains, runs short of memory, or gets bad weights. Options: --help; see README.md. Needs root.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

make_model make_encoder.py measuring-encoder-int8
make_model make_blocking.py blocking-encoder
build model-service benchmarks
cd "$root"
exec taskset -c "${GENERATOR_CPUS:-0}" "$java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -jar benchmarks/target/benchmarks-*.jar node-faults "$@"
