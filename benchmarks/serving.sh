#!/usr/bin/env bash
# One node beside a plain server and a bare loop, on one core. Options: --help; see README.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

make_model make_encoder.py measuring-encoder-int8
build model-service benchmarks benchmarks/plain-server
cd "$root"
exec taskset -c "${GENERATOR_CPUS:-0}" "$java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -jar benchmarks/target/benchmarks-*.jar serving "$@"
