package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.load.Headers;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.OrcaText;
import dev.evenkeel.load.measure.WorkRate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What stands behind this filter may refuse a request early, in any of the ways that servlets have. */
class LoadFilterTest {

    private long now;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final NodeMeters meters = new NodeMeters(registry, "test");
    private final LoadReporter reporter = new LoadReporter(
            () -> new Machine(2, 0, 0, 4, 0, Throttling.NONE, 1, 4),
            () -> now,
            () -> NodeState.UP,
            () -> new Backlog(0, 0, 0),
            new WorkRate(2));
    private final LoadFilter filter = new LoadFilter("i-1", reporter, () -> meters, () -> now);

    @Test
    void aRefusalBySendErrorIsCountedOnceUnderItsStatus() throws Exception {
        LoadReport report = answer((request, response) -> ((HttpServletResponse) response).sendError(413, "too large"));
        assertThat(report.inFlight()).isZero();
        assertThat(counted(413)).isEqualTo(1);
        assertThat(sampled().eps()).as("a caller's mistake").isZero();
    }

    @Test
    void aRefusalByAStatusAloneIsCountedOnceUnderItsStatus() throws Exception {
        LoadReport report = answer((request, response) -> ((HttpServletResponse) response).setStatus(429));
        assertThat(report.inFlight()).isZero();
        assertThat(counted(429)).isEqualTo(1);
        assertThat(sampled().rps()).isPositive();
    }

    @Test
    void aRefusalWithABodyIsCountedOnceUnderItsStatus() throws Exception {
        answer((request, response) -> {
            ((HttpServletResponse) response).setStatus(503);
            response.getWriter().write("draining");
            response.flushBuffer();
        });
        assertThat(counted(503)).isEqualTo(1);
        assertThat(counted(200)).isZero();
        assertThat(sampled().eps()).isPositive();
    }

    @Test
    void whatIsRefusedAtOnceSaysNothingOfTheLatencyOfWork() throws Exception {
        answer((request, response) -> ((HttpServletResponse) response).setStatus(429));
        assertThat(sampled().p50Millis()).isNaN();
        answer((request, response) -> {
            now += 4_000_000;
            response.getOutputStream().write(1);
        });
        assertThat(sampled().p50Millis()).isEqualTo(4);
    }

    @Test
    void anExceptionIsCountedAsTheNodesFailure() {
        assertThatThrownBy(() -> answer((request, response) -> {
                    throw new ServletException("broken");
                }))
                .hasMessage("broken");
        assertThat(counted(500)).isEqualTo(1);
        assertThat(reporter.report().inFlight()).isZero();
    }

    /** Answers the report that goes with the answer. */
    private LoadReport answer(FilterChain chain) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        filter.doFilter(new MockHttpServletRequest("POST", "/embed"), response, chain);
        assertThat(response.getHeader(Headers.INSTANCE)).isEqualTo("i-1");
        return OrcaText.decode(Objects.requireNonNull(response.getHeader(Headers.LOAD)))
                .orElseThrow();
    }

    private long counted(int status) {
        return registry.find("evenkeel.requests").tag("status", Integer.toString(status)).timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    private LoadReport sampled() {
        now += 200_000_000;
        reporter.sample();
        return reporter.report();
    }
}
