/**
 * The first stage: which model is meant, and how much work it will be. Start at
 * {@link dev.evenkeel.gateway.route.RouteFilter}; {@link dev.evenkeel.gateway.route.BodyScan} reads both out of a body.
 */
@NullMarked
package dev.evenkeel.gateway.route;

import org.jspecify.annotations.NullMarked;
