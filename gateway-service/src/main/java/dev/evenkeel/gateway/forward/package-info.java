/**
 * The third stage: sends a request to the node that was picked, and to another one when that fails. Inference is a
 * pure function of its input, so a request may be sent again whatever its method.
 */
@NullMarked
package dev.evenkeel.gateway.forward;

import org.jspecify.annotations.NullMarked;
