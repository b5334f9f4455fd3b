#!/usr/bin/env bash
# A megabyte of floats to a node and back, in JSON and in bytes. Options: --help; see README.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

build model-service benchmarks
cd "$root"
exec taskset -c "${GENERATOR_CPUS:-0}" "$java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -jar benchmarks/target/benchmarks-*.jar tensor-formats "$@"
