/**
 * The gateway: route, pick, forward, observe. {@link dev.evenkeel.gateway.GatewayConfiguration} wires the stages and
 * states their order in one place; each stage is a package that knows {@code flow} and {@code node} and no other stage.
 */
@NullMarked
package dev.evenkeel.gateway;

import org.jspecify.annotations.NullMarked;
