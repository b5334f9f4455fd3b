#!/usr/bin/env bash
# Ours beside HAProxy, nginx and the stock gateway; writes docs/benchmarks.md. Options: --help; see README.md. Needs root.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

for program in haproxy nginx; do
  command -v "$program" >/dev/null || { echo "needs $program: install Debian's package, or leave its subjects out" >&2; exit 1; }
done
make_model make_encoder.py measuring-encoder-int8
build registry-service model-service gateway-service benchmarks
cd "$root"
exec taskset -c "${GENERATOR_CPUS:-0}" "$java" -Xmx1g -XX:+UseSerialGC -Djava.awt.headless=true \
  --enable-native-access=ALL-UNNAMED -jar benchmarks/target/benchmarks-*.jar bench "$@"
