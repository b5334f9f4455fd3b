/** The fault matrix: what clients of a gateway notice when nodes, registry or other clients fail. */
@NullMarked
package dev.evenkeel.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
