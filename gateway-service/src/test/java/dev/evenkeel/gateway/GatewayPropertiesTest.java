package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class GatewayPropertiesTest {

    @EnableConfigurationProperties(GatewayProperties.class)
    static class Wiring {}

    private final ApplicationContextRunner gateway = new ApplicationContextRunner().withUserConfiguration(Wiring.class);

    @Test
    void nothingNeedsToBeSet() {
        gateway.run(context -> {
            GatewayProperties properties = context.getBean(GatewayProperties.class);
            assertThat(properties.balancer().policy()).isEqualTo("least-work");
            assertThat(properties.maxBody().toMegabytes()).isEqualTo(16);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    evenkeel.balancer.policy             | fastest | there is no policy 'fastest'; it may be one of
                    evenkeel.balancer.policy             | prequal:q-rif=2 | q-rif of prequal is 2; it must be a number from 0 to 1
                    evenkeel.balancer.ejection-failures  | 0       | evenkeel.balancer.ejection-failures is 0; it must be 1 or more
                    evenkeel.balancer.ejection-time      | 1ms     | evenkeel.balancer.ejection-time is 1ms; it must be from 100ms to 300000ms
                    evenkeel.balancer.max-ejection-time  | 500ms   | evenkeel.balancer.max-ejection-time is 500ms; it must be from 1000ms to
                    evenkeel.max-body                    | 5B      | evenkeel.max-body is 5B; it must be from 1KB to 1GB
                    evenkeel.nodes.poll-interval         | 1ms     | evenkeel.nodes.poll-interval is 1ms; it must be from 20ms to 500ms
                    evenkeel.nodes.silence-limit         | 1m      | evenkeel.nodes.silence-limit is 60000ms; it must be from 100ms to 30000ms
                    evenkeel.drain.notice                | 6m      | evenkeel.drain.notice is 360000ms; it must be from 0ms to 300000ms
                    evenkeel.retry.max-attempts          | 0       | evenkeel.retry.max-attempts is 0; it must be from 1 to 10
                    evenkeel.retry.max-whole-response    | 1GB     | evenkeel.retry.max-whole-response is 1073741824B; it must be from 0B to 64MB
                    """)
    void aBadValueStopsTheStartWithASentenceThatNamesIt(String property, String value, String sentence) {
        gateway.withPropertyValues(property + "=" + value)
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(sentence));
    }
}
