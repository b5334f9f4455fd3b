#!/usr/bin/env bash
# What 1, 2, 4 and 8 nodes behind a gateway finish. Options: --help; see README.md. Needs root.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

make_model make_encoder.py measuring-encoder-int8
build registry-service model-service gateway-service benchmarks
cd "$root"
exec taskset -c "${GENERATOR_CPUS:-0}" "$java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -jar benchmarks/target/benchmarks-*.jar node-scale "$@"
