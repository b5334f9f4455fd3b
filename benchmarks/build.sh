# Sourced by the scripts beside it: finds a JDK 25, builds what a run needs, sets `java` and `root`.
# BENCHMARKS_NO_BUILD=1 takes the jars that are there.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || true)
  if [ "${version:-0}" -ge 25 ] && [ -x "$home/bin/javac" ]; then
    java=$home/bin/java
    break
  fi
done
[ -n "${java:-}" ] || { echo 'needs a JDK 25: set JAVA_HOME' >&2; exit 1; }

build() { # module...
  if [ -n "${BENCHMARKS_NO_BUILD:-}" ]; then return; fi
  echo "building $*" >&2
  local modules
  modules=$(IFS=,; echo "$*")
  JAVA_HOME=$home mvn -B -q -f "$root/pom.xml" -DskipTests -pl "$modules" -am package \
    || { echo 'the build failed' >&2; exit 1; }
}

# Sets `python` to one that has PyTorch.
find_python() {
  for python in "${PYTHON:-python3}" /usr/bin/python3; do
    if "$python" -c 'import torch' 2>/dev/null; then return; fi
  done
  echo 'the models for measuring take PyTorch: apt-get install python3-torch, or set PYTHON' >&2
  exit 1
}

# Makes a model that is missing: the script beside encoder/make_encoder.py, and the folder that it makes.
make_model() { # script folder
  if [ ! -e "$root/benchmarks/.cache/encoder/$2/model.pt" ]; then
    find_python
    echo "making $2" >&2
    "$python" "$root/benchmarks/encoder/$1" --out "$root/benchmarks/.cache/encoder"
  fi
}
