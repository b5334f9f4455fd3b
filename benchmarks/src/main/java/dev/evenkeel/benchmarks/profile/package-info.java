/** Where a JVM's CPU goes: by library, by {@link dev.evenkeel.benchmarks.profile.Samples}, and in the JVM's own threads. */
@NullMarked
package dev.evenkeel.benchmarks.profile;

import org.jspecify.annotations.NullMarked;
