/**
 * What a model node says about itself, and the form it travels in: the wire contract between node and gateway.
 *
 * <p>Start at {@link dev.evenkeel.load.LoadReport}, the numbers that change with every request;
 * {@link dev.evenkeel.load.OrcaText} writes and reads it as one HTTP header.
 * {@link dev.evenkeel.load.NodeStatus} is what the node's {@code /actuator/load} answers. A new number becomes a
 * component of the report and a key in the codec; older readers ignore keys that they do not know.
 */
@NullMarked
package dev.evenkeel.load;

import org.jspecify.annotations.NullMarked;
