/**
 * The registry: a Eureka server. All that is ours is its configuration, in {@code application.yml}; the decisions
 * behind it are in {@code docs/adr}.
 */
@NullMarked
package dev.evenkeel.registry;

import org.jspecify.annotations.NullMarked;
