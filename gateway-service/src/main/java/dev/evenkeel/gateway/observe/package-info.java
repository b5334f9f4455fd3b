/**
 * The last stage: what an answer tells of its node. {@link dev.evenkeel.gateway.observe.AnswerObserver} takes the load
 * report, {@link dev.evenkeel.gateway.observe.InternalHeaders} are what no client sees of it,
 * {@link dev.evenkeel.gateway.observe.CompletionFilter} ends the ticket when the body is written, and
 * {@link dev.evenkeel.gateway.observe.NodeMeters} counts.
 */
@NullMarked
package dev.evenkeel.gateway.observe;

import org.jspecify.annotations.NullMarked;
