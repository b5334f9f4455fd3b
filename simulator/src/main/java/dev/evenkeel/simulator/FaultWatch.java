package dev.evenkeel.simulator;

import dev.evenkeel.simulator.event.EventQueue;
import dev.evenkeel.simulator.gateway.Gateway;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.result.Recorder;
import dev.evenkeel.simulator.scenario.Happening;
import dev.evenkeel.simulator.scenario.Scenario;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks at what the first fault of a run does: how long any gateway relies on the node, what it is sent
 * after that, how latencies in its time compare with those before, and how the node comes back.
 */
final class FaultWatch {

    /** A node has to be out by then. */
    private static final double OUT_SECONDS = 0.25;

    private static final long STEP_NANOS = 1_000_000;

    /** How long latencies are compared, from the fault on. */
    private static final double WINDOW_SECONDS = 5;

    private static final double SHARE_SECONDS = 1;

    private final EventQueue events;
    private final List<Gateway> gateways;
    private final Recorder recorder;
    private final Scenario scenario;
    private final Map<String, Double> observed = new LinkedHashMap<>();
    private final Optional<Happening.Fault> fault;
    private double healedAt = Double.POSITIVE_INFINITY;

    FaultWatch(Scenario scenario, EventQueue events, List<Gateway> gateways, Recorder recorder) {
        this.scenario = scenario;
        this.events = events;
        this.gateways = gateways;
        this.recorder = recorder;
        this.fault =
                faults(scenario).filter(each -> each.fault() != Node.Fault.NONE).findFirst();
        fault.ifPresent(this::watch);
    }

    private static Stream<Happening.Fault> faults(Scenario scenario) {
        return scenario.happenings().stream()
                .filter(Happening.Fault.class::isInstance)
                .map(Happening.Fault.class::cast);
    }

    private void watch(Happening.Fault first) {
        int node = first.node();
        long start = Math.round(first.atSeconds() * 1e9);
        healedAt = faults(scenario)
                .filter(each -> each.node() == node && each.fault() == Node.Fault.NONE)
                .mapToDouble(Happening.Fault::atSeconds)
                .findFirst()
                .orElse(Double.POSITIVE_INFINITY);
        events.at(start, () -> lookWhetherOut(node, start));
        events.at(start + Math.round(OUT_SECONDS * 1e9), () -> {
            long before = recorder.sentTo(node);
            double end = Math.min(healedAt, first.atSeconds() + WINDOW_SECONDS);
            events.at(
                    Math.round(end * 1e9),
                    () -> observed.put("sends_after", (double) (recorder.sentTo(node) - before)));
        });
        if (Double.isFinite(healedAt)) {
            for (int second = 0; second < 10; second++) {
                int index = second;
                events.at(Math.round((healedAt + second) * 1e9), () -> watchShare(node, index));
            }
        }
    }

    /** The last moment at which a gateway had requests there and the node in rotation. */
    private void lookWhetherOut(int node, long start) {
        double seconds = (events.now() - start) / 1e9;
        if (gateways.stream().anyMatch(gateway -> gateway.reliesOn(node))) {
            observed.put("out_ms", seconds * 1_000);
        }
        if (seconds < WINDOW_SECONDS && events.now() < healedAt * 1e9) {
            events.after(STEP_NANOS, () -> lookWhetherOut(node, start));
        }
    }

    /** The node's share in a second after it came back, relative to the mean node's. */
    private void watchShare(int node, int second) {
        long own = recorder.sentTo(node);
        long all = sentToAll();
        events.after(Math.round(SHARE_SECONDS * 1e9), () -> {
            double share = (double) (recorder.sentTo(node) - own)
                    / Math.max(1, sentToAll() - all)
                    * scenario.nodes().size();
            observed.merge("share_max", share, Math::max);
            observed.put("share_" + (second + 1) + "s", share);
        });
    }

    private long sentToAll() {
        long sum = 0;
        for (int i = 0; i < scenario.nodes().size(); i++) {
            sum += recorder.sentTo(i);
        }
        return sum;
    }

    /** What was found, by name: times in milliseconds, shares as a part of the mean node's. */
    Map<String, Double> observed() {
        fault.ifPresent(first -> {
            double at = first.atSeconds();
            double steady = recorder.between(scenario.warmupSeconds(), at).p99();
            double window = recorder.between(at, at + WINDOW_SECONDS).p99();
            observed.put("steady_p99", steady);
            observed.put("window_p99", window);
        });
        return observed;
    }
}
