/**
 * The second stage: {@link dev.evenkeel.gateway.pick.PickStage} asks the balancer where a request goes, after
 * {@link dev.evenkeel.gateway.pick.ModelLimitFilter} has let it in.
 */
@NullMarked
package dev.evenkeel.gateway.pick;

import org.jspecify.annotations.NullMarked;
