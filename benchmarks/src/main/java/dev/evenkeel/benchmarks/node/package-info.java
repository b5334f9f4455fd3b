/**
 * One node, and nodes in number, against stated bars: {@link dev.evenkeel.benchmarks.node.NodeOverload} sends it more
 * than it can do, {@link dev.evenkeel.benchmarks.node.NodeFaults} hangs, drains and starves it and spoils its download,
 * {@link dev.evenkeel.benchmarks.node.NodeScale} counts what 1, 2, 4 and 8 finish. Another fault is another section of
 * {@code NodeFaults}; whatever is measured ends as a row of {@link dev.evenkeel.benchmarks.run.Bars}.
 */
@NullMarked
package dev.evenkeel.benchmarks.node;

import org.jspecify.annotations.NullMarked;
