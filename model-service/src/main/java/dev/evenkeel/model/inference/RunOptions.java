package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Priority;
import java.time.Duration;
import java.util.Optional;

/**
 * How a request is to be run.
 *
 * @param truncate cut what is too long; otherwise it is refused
 * @param priority before or after others
 * @param timeout when it has to be answered by; work of it that has not begun by then is dropped
 * @param id by which it can be cancelled; several requests may have the same
 */
public record RunOptions(boolean truncate, Priority priority, Duration timeout, Optional<String> id) {}
