/**
 * The proxies that people would use instead, each a process of its own with a configuration from {@code benchmarks/peers}.
 */
@NullMarked
package dev.evenkeel.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
