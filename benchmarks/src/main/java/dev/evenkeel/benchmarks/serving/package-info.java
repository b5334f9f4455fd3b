/**
 * A model node beside what would be written instead of it, on one core: {@link dev.evenkeel.benchmarks.serving.Serving}
 * gives both servers the same texts in turns, and the bare loop its own. Another server is another start in
 * {@code Servers}; it answers {@code POST /v1/embeddings} with {@code usage.prompt_tokens}.
 */
@NullMarked
package dev.evenkeel.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
