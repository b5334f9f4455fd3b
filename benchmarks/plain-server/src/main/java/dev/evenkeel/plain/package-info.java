/**
 * What the node is compared with: the same encoder behind a plain Spring controller ({@code serve}), in a loop without a
 * server ({@code loop}), and batch by batch over sizes and lengths ({@code curve}).
 *
 * <p>Start at {@link dev.evenkeel.plain.Main}, which names the commands; all of them predict with the one {@code Encoder}.
 * A further command is a class with a {@code run} that {@code Main} calls.
 */
@NullMarked
package dev.evenkeel.plain;

import org.jspecify.annotations.NullMarked;
