/** The second stage: asks the balancer where a request goes. */
@NullMarked
package dev.evenkeel.gateway.pick;

import org.jspecify.annotations.NullMarked;
