package dev.evenkeel.simulator.result;

import dev.evenkeel.simulator.workload.Call;
import java.util.Arrays;
import java.util.Map;

/** Takes notes while a run goes on. Times before the warm-up's end are not measured; sends and polls are counted after it. */
public final class Recorder {

    private final long from;
    private final long until;
    private final long bucketNanos;
    private final int[][] sentByNode;
    private final Latencies all = new Latencies();
    private final Latencies small = new Latencies();
    private long calls;
    private long failed;
    private long rejected;
    private double slowestRejectMillis;
    private long attempts;
    private long failedAttempts;
    private long polls;
    private double doneWork;
    private double offeredWork;

    /**
     * @param from when measuring begins, in nanoseconds
     * @param until when the run ends
     * @param bucketNanos width of the buckets of the nodes' shares over time
     */
    public Recorder(int nodes, long from, long until, long bucketNanos) {
        this.from = from;
        this.until = until;
        this.bucketNanos = bucketNanos;
        this.sentByNode = new int[nodes][(int) (until / bucketNanos) + 1];
    }

    /** A growing list of microseconds. */
    private static final class Latencies {

        private int[] micros = new int[1024];
        private int[] cameMillis = new int[1024];
        private int size;

        void add(long cameNanos, long nanos) {
            if (size == micros.length) {
                micros = Arrays.copyOf(micros, 2 * size);
                cameMillis = Arrays.copyOf(cameMillis, 2 * size);
            }
            cameMillis[size] = (int) (cameNanos / 1_000_000);
            micros[size++] = (int) Math.min(Integer.MAX_VALUE, nanos / 1_000);
        }

        /** Of those that came in this time. */
        int[] between(double fromSeconds, double toSeconds) {
            int[] found = new int[size];
            int count = 0;
            for (int i = 0; i < size; i++) {
                if (cameMillis[i] >= fromSeconds * 1_000 && cameMillis[i] < toSeconds * 1_000) {
                    found[count++] = micros[i];
                }
            }
            return Arrays.copyOf(found, count);
        }

        int[] values() {
            return Arrays.copyOf(micros, size);
        }
    }

    public void came(Call call) {
        calls += call.at() >= from ? 1 : 0;
        offeredWork += call.at() >= from ? call.work() : 0;
    }

    /** An attempt was sent to a node. */
    public void sent(int node, long now) {
        int bucket = (int) Math.min(now / bucketNanos, sentByNode[node].length - 1L);
        sentByNode[node][bucket]++;
        attempts += now >= from && now < until ? 1 : 0;
    }

    public void attemptFailed(long now) {
        failedAttempts += now >= from ? 1 : 0;
    }

    public void polled(long now) {
        polls += now >= from && now < until ? 1 : 0;
    }

    public void answered(Call call, long now) {
        if (now >= from && now < until) {
            doneWork += call.work();
        }
        if (call.at() < from) {
            return;
        }
        all.add(call.at(), now - call.at());
        if (call.small()) {
            small.add(call.at(), now - call.at());
        }
    }

    /** Told that there is no room, before any work was done. */
    public void rejected(Call call, long now) {
        if (call.at() >= from) {
            rejected++;
            slowestRejectMillis = Math.max(slowestRejectMillis, (now - call.at()) / 1e6);
        }
    }

    public void failed(Call call) {
        failed += call.at() >= from ? 1 : 0;
    }

    /** Latencies of what came in a part of the measured time, in seconds after the start of the run. */
    public Quantiles between(double fromSeconds, double toSeconds) {
        return Quantiles.of(all.between(fromSeconds, toSeconds));
    }

    /** Attempts that were sent to a node so far. */
    public long sentTo(int node) {
        return Arrays.stream(sentByNode[node]).asLongStream().sum();
    }

    /**
     * What it comes to.
     *
     * @param coreSeconds CPU that each node used while it was measured
     * @param observed what else was looked at, by name
     */
    public Result result(double[] coreSeconds, Map<String, Double> observed) {
        return new Result(
                Quantiles.of(all.values()),
                Quantiles.of(small.values()),
                calls,
                offeredWork,
                failed,
                rejected,
                slowestRejectMillis,
                attempts,
                failedAttempts,
                polls,
                doneWork / ((until - from) / 1e9),
                sentByNode,
                coreSeconds,
                observed);
    }
}
