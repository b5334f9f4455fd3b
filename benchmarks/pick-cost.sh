#!/usr/bin/env bash
# Time and memory of one decision, by policy and size of the fleet. Options: --help; see README.md.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

build benchmarks
cd "$root"
# the JVMs that JMH starts take their classes from a class path, which a jar of jars is not
rm -rf benchmarks/target/pick-cost
"$java" -Djarmode=tools -jar benchmarks/target/benchmarks-*.jar extract --destination benchmarks/target/pick-cost
exec taskset -c "${PICK_CPU:-1}" "$java" -Xmx256m -XX:+UseSerialGC -jar benchmarks/target/pick-cost/benchmarks-*.jar pick-cost "$@"
