#!/usr/bin/env bash
# Balancing policies on three nodes, one of them with a quarter of the CPU. Options: --help; see README.md. Needs root.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

encoder=$root/benchmarks/.cache/encoder
if [ ! -e "$encoder/measuring-encoder-int8/model.pt" ]; then
  python=''
  for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
    if "$candidate" -c 'import torch' 2>/dev/null; then
      python=$candidate
      break
    fi
  done
  [ -n "$python" ] || { echo 'the measuring encoder takes PyTorch: apt-get install python3-torch, or set PYTHON' >&2; exit 1; }
  echo 'making the measuring encoder' >&2
  "$python" "$root/benchmarks/encoder/make_encoder.py" --out "$encoder"
fi

build registry-service model-service gateway-service benchmarks
cd "$root"
exec taskset -c "${GENERATOR_CPUS:-0}" "$java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -jar benchmarks/target/benchmarks-*.jar compare-policies "$@"
