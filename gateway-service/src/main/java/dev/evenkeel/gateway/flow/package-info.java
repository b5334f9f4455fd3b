/**
 * One request on its way through the stages: {@link dev.evenkeel.gateway.flow.Flow} is its context,
 * {@link dev.evenkeel.gateway.flow.Api} the API it speaks, {@link dev.evenkeel.gateway.flow.ApiException} an answer
 * that is an error. A new API shape starts with a constant in {@code Api}.
 */
@NullMarked
package dev.evenkeel.gateway.flow;

import org.jspecify.annotations.NullMarked;
