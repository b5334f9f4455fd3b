package dev.evenkeel.benchmarks.overhead;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GatewayOverheadTest {

    /** What is added counts from the direct run, which gateways that poll the nodes would have made slower. */
    @Test
    void nobodyIsAwakeWhileTheNodesAreAskedDirectly() {
        assertThat(Stream.of("direct", "stock lb://", "gateway-service", "nginx-least-conn-tuned")
                        .filter(name -> GatewayOverhead.isAwake(name, "direct")))
                .containsExactly("direct");
        assertThat(Stream.of("direct", "stock lb://", "gateway-service", "nginx-least-conn-tuned")
                        .filter(name -> GatewayOverhead.isAwake(name, "gateway-service")))
                .containsExactly("direct", "gateway-service");
    }
}
