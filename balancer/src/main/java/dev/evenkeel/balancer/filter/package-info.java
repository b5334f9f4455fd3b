/**
 * Which nodes may be picked at all. A {@link dev.evenkeel.balancer.filter.Filter} keeps or drops an endpoint, by hard
 * facts; how good those that remain are is the costs' business.
 */
@NullMarked
package dev.evenkeel.balancer.filter;

import org.jspecify.annotations.NullMarked;
