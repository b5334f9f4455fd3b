#!/usr/bin/env bash
# CPU per request and added latency: gateway-service against the stock gateway. Options: --help; see README.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

build registry-service gateway-service benchmarks
cd "$root"
# generator, null backend and registry on one CPU; the gateways are put on the other
exec taskset -c "${GENERATOR_CPUS:-0}" "$java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -jar benchmarks/target/benchmarks-*.jar gateway-overhead "$@"
