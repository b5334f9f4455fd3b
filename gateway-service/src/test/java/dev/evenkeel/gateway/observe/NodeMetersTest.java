package dev.evenkeel.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.node.Node;
import dev.evenkeel.gateway.node.Nodes;
import dev.evenkeel.gateway.node.Rotation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NodeMetersTest {

    private static final Duration KEPT = Duration.ofMinutes(5);

    private final AtomicLong clock = new AtomicLong();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Rotation rotation = new RotationLog(registry);
    private final List<Node> listed = new ArrayList<>();
    private final Fleet fleet = new Fleet();
    private final Nodes nodes =
            new Nodes(() -> List.copyOf(listed), fleet, Ejection.Settings.DEFAULT, rotation, clock::get);
    private final NodeMeters meters = new NodeMeters(registry, nodes, clock::get);

    @Test
    void allThatIsToldOfANodeIsRemovedSomeTimeAfterItHasLeft() {
        list("stays");
        list("leaves");
        useInEveryWay("stays");
        useInEveryWay("leaves");
        assertThat(of("leaves"))
                .extracting(meter -> meter.getId().getName())
                .contains(
                        "evenkeel.gateway.attempts",
                        "evenkeel.gateway.rescues",
                        "evenkeel.gateway.ejections",
                        "evenkeel.gateway.node.latency",
                        "evenkeel.gateway.outstanding.requests");
        int ofOne = of("leaves").size();

        unlist("leaves");
        pass(KEPT.minusSeconds(1));
        assertThat(attempts("leaves", "success"))
                .as("what is scraped before the end")
                .isEqualTo(1);

        pass(Duration.ofSeconds(1));
        assertThat(of("leaves")).isEmpty();
        assertThat(of("stays")).hasSize(ofOne);
    }

    @Test
    void namesThatAreNewEachTimeDoNotAddUp() {
        int most = 0;
        for (int i = 0; i < 100; i++) {
            list("pod-" + i);
            useInEveryWay("pod-" + i);
            unlist("pod-" + i);
            pass(Duration.ofMinutes(1));
            most = Math.max(most, registry.getMeters().size());
        }
        pass(KEPT);
        assertThat(registry.getMeters()).isEmpty();
        assertThat(most).as("at any time").isLessThan(60);
    }

    @Test
    void aNodeThatIsBackInTimeCountsOn() {
        list("restarts");
        useInEveryWay("restarts");
        unlist("restarts");
        pass(KEPT.minusSeconds(1));
        list("restarts");
        pass(KEPT);
        unlist("restarts");
        pass(KEPT.minusSeconds(1));
        assertThat(attempts("restarts", "success")).isEqualTo(1);
    }

    @Test
    void aNodeThatIsBackLaterIsCountedFromTheStart() {
        list("restarts");
        useInEveryWay("restarts");
        unlist("restarts");
        pass(KEPT);
        list("restarts");
        useInEveryWay("restarts");
        assertThat(attempts("restarts", "success")).isEqualTo(1);
        assertThat(attempts("restarts", "rescued")).isEqualTo(1);
    }

    /** How long its client takes to read is no latency of the node. */
    @Test
    void anAnswerThatIsPassedOnIsTimedToItsBeginning() {
        list("streams");
        Ticket ticket = meters.metered(ticketOn("streams"));
        clock.addAndGet(Duration.ofMillis(10).toNanos());
        ticket.answering();
        clock.addAndGet(Duration.ofSeconds(20).toNanos());
        ticket.complete(new Outcome.Success());
        assertThat(registry.get("evenkeel.gateway.node.latency").timer().max(TimeUnit.MILLISECONDS))
                .isEqualTo(10);
    }

    @Test
    void anAttemptThatEndsAfterItsNodeHasLeftIsCountedByItsNameAndIsForgottenToo() {
        list("leaves");
        Ticket late = meters.metered(ticketOn("leaves"));
        unlist("leaves");
        pass(KEPT);
        late.complete(new Outcome.Success());
        assertThat(attempts("leaves", "success")).isEqualTo(1);
        pass(Duration.ZERO);
        pass(KEPT);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void whatOthersTellOfNodesIsTheirs() {
        Counter theirs = Counter.builder("other").tag("node", "nobody").register(registry);
        pass(KEPT);
        pass(KEPT);
        assertThat(registry.getMeters()).containsExactly(theirs);
    }

    private void useInEveryWay(String name) {
        meters.metered(ticketOn(name)).complete(new Outcome.Success());
        meters.metered(ticketOn(name)).complete(new Outcome.Rescued());
        meters.metered(ticketOn(name)).complete(new Outcome.Cancelled());
        rotation.ejected(name, new Cause.Broken(), false);
    }

    private void list(String name) {
        URI address = URI.create("http://" + name + ".test");
        listed.add(new Node("id-of-" + name, name, address, address));
        refresh();
    }

    private void unlist(String name) {
        listed.removeIf(node -> node.name().equals(name));
        refresh();
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        refresh();
    }

    private void refresh() {
        nodes.refresh();
        meters.refresh(fleet);
    }

    private List<Meter> of(String name) {
        return registry.getMeters().stream()
                .filter(meter -> name.equals(meter.getId().getTag("node")))
                .toList();
    }

    private double attempts(String name, String outcome) {
        return registry.get("evenkeel.gateway.attempts")
                .tags("node", name, "outcome", outcome)
                .counter()
                .count();
    }

    private Ticket ticketOn(String name) {
        Endpoint endpoint = fleet.find("id-of-" + name).orElseThrow();
        return new Ticket() {
            @Override
            public Endpoint endpoint() {
                return endpoint;
            }

            @Override
            public void onLost(Runnable task) {}

            @Override
            public void answering() {}

            @Override
            public boolean complete(Outcome outcome) {
                return true;
            }
        };
    }
}
