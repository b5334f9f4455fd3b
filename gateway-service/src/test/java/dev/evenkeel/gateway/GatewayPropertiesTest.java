package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.admission.Admission;
import dev.evenkeel.balancer.admission.BudgetSettings;
import dev.evenkeel.balancer.endpoint.Ejection;
import java.time.Duration;
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
            assertThat(properties.balancer().settings()).isEqualTo(Balancer.Settings.DEFAULT);
            assertThat(properties.balancer().ejection()).isEqualTo(Ejection.Settings.DEFAULT);
            assertThat(properties.retry().budget()).isEqualTo(BudgetSettings.RETRIES);
            assertThat(properties.admission().settings())
                    .contains(new Admission.Settings(Duration.ofSeconds(5), 4, 0.9));
        });
    }

    @Test
    void whatIsSetReachesTheBalancer() {
        gateway.withPropertyValues(
                        "evenkeel.balancer.max-ejected=0.2",
                        "evenkeel.balancer.outlier-failure-share=0.3",
                        "evenkeel.balancer.outlier-latency-factor=4",
                        "evenkeel.balancer.stall-floor=200ms",
                        "evenkeel.balancer.slow-start=7s",
                        "evenkeel.balancer.panic-threshold=0.4",
                        "evenkeel.retry.budget-share=0.5",
                        "evenkeel.admission.max-queue-delay=2s",
                        "evenkeel.admission.answer-times=6")
                .run(context -> {
                    GatewayProperties properties = context.getBean(GatewayProperties.class);
                    Balancer.Settings settings = properties.balancer().settings();
                    assertThat(settings.outliers().maxEjected()).isEqualTo(0.2);
                    assertThat(settings.outliers().minFailureShare()).isEqualTo(0.3);
                    assertThat(settings.outliers().latencyFactor()).isEqualTo(4);
                    assertThat(settings.outliers().stallFloor()).hasMillis(200);
                    assertThat(settings.slowStart().ramp()).hasSeconds(7);
                    assertThat(settings.panicThreshold()).isEqualTo(0.4);
                    assertThat(properties.retry().budget().share()).isEqualTo(0.5);
                    assertThat(properties.admission().settings()).hasValueSatisfying(limits -> {
                        assertThat(limits.maxQueueDelay()).hasSeconds(2);
                        assertThat(limits.answerTimes()).isEqualTo(6);
                    });
                });
        gateway.withPropertyValues("evenkeel.admission.enabled=false")
                .run(context -> assertThat(context.getBean(GatewayProperties.class)
                                .admission()
                                .settings())
                        .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    evenkeel.balancer.policy             | fastest | there is no policy 'fastest'; it may be one of
                    evenkeel.balancer.policy             | prequal:q-rif=2 | q-rif of prequal is 2; it must be a number from 0 to 1
                    evenkeel.balancer.ejection-failures  | 0       | evenkeel.balancer.ejection-failures is 0; it must be 1 or more
                    evenkeel.balancer.ejection-time      | 1ms     | evenkeel.balancer.ejection-time is 1ms; it must be from 100ms to 300000ms
                    evenkeel.balancer.max-ejection-time  | 500ms   | evenkeel.balancer.max-ejection-time is 500ms; it must be from 1000ms to
                    evenkeel.balancer.max-ejected        | 1.5     | evenkeel.balancer.max-ejected is 1.5; it must be from 0 to 1
                    evenkeel.balancer.outlier-failure-share | 0    | evenkeel.balancer.outlier-failure-share is 0.0; it must be from 0.01 to 1
                    evenkeel.balancer.outlier-latency-factor | 1   | evenkeel.balancer.outlier-latency-factor is 1.0; it must be from 1.1 to 1000
                    evenkeel.balancer.stall-floor        | 1ms     | evenkeel.balancer.stall-floor is 1ms; it must be from 10ms to 60000ms
                    evenkeel.balancer.slow-start         | 10m     | evenkeel.balancer.slow-start is 600000ms; it must be from 0ms to 300000ms
                    evenkeel.balancer.panic-threshold    | -1      | evenkeel.balancer.panic-threshold is -1.0; it must be from 0 to 1
                    evenkeel.admission.max-queue-delay   | 0ms     | evenkeel.admission.max-queue-delay is 0ms; it must be from 1ms to 600000ms
                    evenkeel.admission.answer-times      | 1001    | evenkeel.admission.answer-times is 1001.0; it must be from 0 to 1000
                    evenkeel.admission.shed-from         | 2       | evenkeel.admission.shed-from is 2.0; it must be from 0 to 1
                    evenkeel.max-body                    | 5B      | evenkeel.max-body is 5B; it must be from 1KB to 1GB
                    evenkeel.nodes.poll-interval         | 1ms     | evenkeel.nodes.poll-interval is 1ms; it must be from 20ms to 500ms
                    evenkeel.nodes.silence-limit         | 1m      | evenkeel.nodes.silence-limit is 60000ms; it must be from 100ms to 30000ms
                    evenkeel.max-bodies                  | 1MB     | evenkeel.max-bodies is 1048576B; it must be evenkeel.max-body, which is 16777216B, or more
                    evenkeel.admission.max-requests.m    | 0       | evenkeel.admission.max-requests.m is 0.0; it must be from 1 to 1000000
                    evenkeel.deadline.longest            | 2h      | evenkeel.deadline.longest is 7200000ms; it must be from 10ms to 3600000ms
                    evenkeel.deadline.by-default         | 61s     | evenkeel.deadline.by-default is 61000ms; it must be from 10ms to 60000ms
                    evenkeel.poison.refused-for          | 2h      | evenkeel.poison.refused-for is 7200000ms; it must be from 0ms to 3600000ms
                    evenkeel.poison.remembered           | 0       | evenkeel.poison.remembered is 0.0; it must be from 1 to 100000
                    evenkeel.door.answer-timeout         | 0s      | evenkeel.door.answer-timeout is 0ms; it must be from 100ms to 3600000ms
                    evenkeel.door.head-timeout           | 1ms     | evenkeel.door.head-timeout is 1ms; it must be from 100ms to 600000ms
                    evenkeel.door.body-timeout           | 2h      | evenkeel.door.body-timeout is 7200000ms; it must be from 100ms to 3600000ms
                    evenkeel.drain.notice                | 6m      | evenkeel.drain.notice is 360000ms; it must be from 0ms to 300000ms
                    evenkeel.retry.max-attempts          | 0       | evenkeel.retry.max-attempts is 0; it must be from 1 to 10
                    evenkeel.retry.budget-share          | 3       | evenkeel.retry.budget-share is 3.0; it must be from 0 to 1
                    evenkeel.retry.budget-per-second     | -1      | evenkeel.retry.budget-per-second is -1.0; it must be from 0 to 100000
                    evenkeel.retry.budget-window         | 0s      | evenkeel.retry.budget-window is 0ms; it must be from 1000ms to 300000ms
                    evenkeel.hedge.budget-share          | 1.5     | evenkeel.hedge.budget-share is 1.5; it must be from 0 to 1
                    evenkeel.hedge.budget-share          | -0.1    | evenkeel.hedge.budget-share is -0.1; it must be from 0 to 1
                    evenkeel.hedge.budget-per-second     | -1      | evenkeel.hedge.budget-per-second is -1.0; it must be from 0 to 100000
                    evenkeel.hedge.budget-per-second     | 100001  | evenkeel.hedge.budget-per-second is 100001.0; it must be from 0 to 100000
                    evenkeel.routing.versions.m.2        | -1      | evenkeel.routing.versions.m.2 is -1.0; it must be from 0 to 1000000
                    evenkeel.routing.versions.m.2        | 1000001 | evenkeel.routing.versions.m.2 is 1000001.0; it must be from 0 to 1000000
                    evenkeel.routing.versions.m.2        | 0       | evenkeel.routing.versions.m is {2=0}; it must be a weight above 0 for one version at least
                    evenkeel.retry.max-whole-response    | 1GB     | evenkeel.retry.max-whole-response is 1073741824B; it must be from 0B to 64MB
                    """)
    void aBadValueStopsTheStartWithASentenceThatNamesIt(String property, String value, String sentence) {
        gateway.withPropertyValues(property + "=" + value)
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(sentence));
    }
}
