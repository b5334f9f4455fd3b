/**
 * What our gateway's filters cost: {@link dev.evenkeel.benchmarks.overhead.GatewayOverhead} puts the same load on a
 * {@link dev.evenkeel.benchmarks.backend.NullBackend} directly, through a
 * {@link dev.evenkeel.benchmarks.overhead.StockGateway} and through gateway-service.
 */
@NullMarked
package dev.evenkeel.benchmarks.overhead;

import org.jspecify.annotations.NullMarked;
