package dev.evenkeel.simulator.report;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.simulator.gateway.Gateway;
import java.util.List;
import java.util.stream.Stream;

/** Whom the default policy is compared with. Every peer that can be tuned is, so that it is met at its best. */
public final class Peers {

    /** The policy that knows the truth, which nobody can have. */
    public static final String ORACLE = Gateway.ORACLE;

    /** Constants of Prequal's paper, then others for its quantile, its pool and how much it probes. */
    private static final List<String> PREQUAL = List.of(
            "prequal:q-rif=0.3",
            "prequal:q-rif=0.5",
            "prequal:q-rif=0.6",
            "prequal:q-rif=0.7",
            "prequal:q-rif=0.5,pool=8",
            "prequal:q-rif=0.6,pool=8",
            "prequal:q-rif=0.5,pool=32",
            "prequal:q-rif=0.5,probes=5",
            "prequal:q-rif=0.5,probes=1,remove=0.5",
            "prequal:q-rif=0.5,max-age-ms=250");

    private static final List<String> PEAK_EWMA = List.of(
            "peak-ewma:choices=0",
            "peak-ewma:decay-ms=1000",
            "peak-ewma:choices=0,decay-ms=1000",
            "peak-ewma:decay-ms=100");

    private static final List<String> WEIGHTED_ROUND_ROBIN = List.of(
            "weighted-round-robin:blackout-ms=1000",
            "weighted-round-robin:blackout-ms=0,update-ms=100",
            "weighted-round-robin:blackout-ms=1000,update-ms=250");

    private static final List<String> OTHERS = List.of("weighted-least-requests:idle-equal=1", "least-cpu:choices=2");

    private Peers() {}

    /** Every other policy at its defaults. */
    public static List<String> plain() {
        return Policies.names().stream()
                .filter(name -> !name.equals(Policies.DEFAULT))
                .toList();
    }

    /** All specs that differ from the defaults. */
    static List<String> sweeps() {
        return Stream.of(PREQUAL, PEAK_EWMA, WEIGHTED_ROUND_ROBIN, OTHERS)
                .flatMap(List::stream)
                .toList();
    }

    /** Ours, all peers and the oracle, at their defaults. */
    public static List<String> everybody() {
        return Stream.of(List.of(Policies.DEFAULT), plain(), List.of(ORACLE))
                .flatMap(List::stream)
                .toList();
    }

    /** Neither ours, whatever its parameters, nor the oracle. */
    static boolean isPeer(String spec) {
        return !name(spec).equals(Policies.DEFAULT) && !spec.equals(ORACLE);
    }

    /** The name in a spec. */
    static String name(String spec) {
        int colon = spec.indexOf(':');
        return colon < 0 ? spec : spec.substring(0, colon);
    }
}
