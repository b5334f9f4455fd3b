package dev.evenkeel.simulator.node;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.measure.Latencies;
import dev.evenkeel.load.measure.WorkRate;
import dev.evenkeel.simulator.event.EventQueue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node of the fleet: takes jobs, serves them by its {@link NodeKind}, measures itself as the model node does, and has
 * whatever happens to it.
 */
public final class Node {

    /** How often the model node looks at its machine. */
    private static final long SAMPLE_NANOS = 200_000_000;

    private static final double RATES_MEMORY_SECONDS = 1;

    /** A refusal at once costs next to nothing. */
    private static final double FAST_FAILURE_NANOS = 200_000;

    /** What is wrong with it. */
    public enum Fault {
        NONE,
        /** Nobody listens; what was inside is gone. */
        DEAD,
        /** It takes what comes and does nothing. */
        HUNG,
        /** It fails every request at once, and is idle by that. */
        FAILING
    }

    /**
     * What it is made of.
     *
     * @param cores that it is granted
     * @param speed of each, 1 at the reference speed
     */
    public record Spec(int cores, double speed) implements Comparable<Spec> {

        @Override
        public int compareTo(Spec other) {
            int first = Integer.compare(cores, other.cores);
            return first != 0 ? first : Double.compare(speed, other.speed);
        }
    }

    private final int index;
    private final Spec spec;
    private final EventQueue events;
    private final Engine engine;
    private final WorkRate workRate;
    private final Latencies latencies = new Latencies();
    private final long maxQueueNanos;
    private final Set<Job> inside = new LinkedHashSet<>();

    private double share = 1;
    private double slowness = 1;
    private Fault fault = Fault.NONE;
    private NodeState state = NodeState.UP;
    private double probeDebt;

    private double work;
    private double coreNanos;
    private double busySince;
    private long seq;

    private long sampledAt;
    private long done;
    private long failed;
    private double sampledCoreNanos;
    private long sampledDone;
    private long sampledFailed;
    private double utilization;
    private double coresFree;
    private double rps;
    private double eps;
    private double p50Millis = Double.NaN;

    private double onTheWay;
    private int jobsOnTheWay;

    /**
     * A healthy node.
     *
     * @param maxQueueNanos it refuses what would wait for longer, by its own measure; {@link Long#MAX_VALUE} for never
     */
    public Node(int index, Spec spec, NodeKind kind, long maxQueueNanos, EventQueue events) {
        this.index = index;
        this.spec = spec;
        this.events = events;
        this.maxQueueNanos = maxQueueNanos;
        this.workRate = new WorkRate(spec.cores());
        this.engine = Engine.of(kind, spec.cores(), events, new Engine.Listener() {
            @Override
            public void done(Job job) {
                finished(job);
            }

            @Override
            public void worked(long workDone, long busyNanos) {
                workRate.observe(workDone, busyNanos);
            }
        });
        this.coresFree = spec.cores();
        applySpeed();
        // nodes do not sample in step
        events.after(1 + (index * 37_000_003L) % SAMPLE_NANOS, this::sample);
    }

    public int index() {
        return index;
    }

    public Spec spec() {
        return spec;
    }

    /** What its neighbours leave it of its cores from now on, 0 to 1; for a noisy one also above, where its base is a mean. */
    public void share(double left) {
        pass();
        share = left;
        applySpeed();
    }

    /** From now on so many times slower than it should be. */
    public void slowness(double factor) {
        slowness = factor;
        applySpeed();
    }

    /** From now on this is wrong with it; what was inside is gone when it is dead, and told so. */
    public void fault(Fault next) {
        fault = next;
        applySpeed();
        if (next == Fault.DEAD) {
            engine.clear();
            List<Job> gone = new ArrayList<>(inside);
            gone.forEach(job -> leave(job, new Answer.Gone(false)));
        }
    }

    public Fault fault() {
        return fault;
    }

    /** What it says of its readiness. */
    public void state(NodeState next) {
        state = next;
    }

    private void applySpeed() {
        double factor = fault == Fault.HUNG || fault == Fault.DEAD ? 0 : spec.speed() * share / slowness;
        engine.speed(factor / 1_000);
    }

    /** Work units per second that it could do now. */
    public double capacity() {
        return spec.cores() * spec.speed() * share / slowness * 1e6;
    }

    /** Jobs that it has now, those that wait included. */
    public int inside() {
        return inside.size();
    }

    /** A job is on its way here; only an oracle knows. */
    public void announced(double jobWork) {
        onTheWay += jobWork;
        jobsOnTheWay++;
    }

    /** A job comes in; it was announced. */
    public void arrive(Job job) {
        onTheWay = Math.max(0, onTheWay - job.work);
        jobsOnTheWay--;
        if (fault == Fault.DEAD) {
            job.answer.accept(new Answer.Gone(true));
            return;
        }
        if (fault == Fault.FAILING) {
            events.after((long) FAST_FAILURE_NANOS, () -> {
                failed++;
                done++;
                job.answer.accept(new Answer.Failed(report()));
            });
            return;
        }
        if (isFull(job)) {
            job.answer.accept(new Answer.Full(report()));
            return;
        }
        pass();
        job.arrivedAt = events.now();
        work += job.work;
        inside.add(job);
        job.insideAtArrival = inside.size();
        engine.add(job, probeDebt);
        probeDebt = 0;
    }

    /** As the model node's queue: nobody is refused while nothing waits. */
    private boolean isFull(Job job) {
        return maxQueueNanos != Long.MAX_VALUE
                && inside.size() > spec.cores()
                && (work + job.work) / workRate.perSecond() * 1e9 > maxQueueNanos;
    }

    private void finished(Job job) {
        pass();
        done++;
        long stay = events.now() - job.arrivedAt;
        latencies.add(stay, job.insideAtArrival);
        work -= job.work;
        inside.remove(job);
        if (inside.isEmpty()) {
            work = 0;
        }
        job.answer.accept(new Answer.Done(report()));
    }

    private void leave(Job job, Answer answer) {
        pass();
        work = Math.max(0, work - job.work);
        inside.remove(job);
        job.answer.accept(answer);
    }

    /** Somebody asks how it is; null when nobody answers. */
    public @Nullable LoadReport probed(double costMicros) {
        if (fault == Fault.DEAD || fault == Fault.HUNG) {
            return null;
        }
        probeDebt += costMicros;
        // fresher than the model node's, which samples: those who probe for it are given every chance
        p50Millis = latencies.medianMillis(inside.size());
        return report();
    }

    private LoadReport report() {
        return new LoadReport(
                utilization,
                0.5,
                rps,
                eps,
                state,
                coresFree,
                spec.cores() - coresFree,
                0,
                inside.size(),
                work,
                workRate.perSecond(),
                p50Millis,
                ++seq);
    }

    private void pass() {
        double busy = engine.busyNanos();
        coreNanos += (busy - busySince) * Math.min(1, share);
        busySince = busy;
    }

    /** As the model node's reporter does it. */
    private void sample() {
        pass();
        double seconds = (events.now() - sampledAt) / 1e9;
        double weight = 1 - Math.exp(-seconds / RATES_MEMORY_SECONDS);
        rps += ((done - sampledDone) / seconds - rps) * weight;
        eps += ((failed - sampledFailed) / seconds - eps) * weight;
        utilization = (coreNanos - sampledCoreNanos) / 1e9 / seconds / spec.cores();
        p50Millis = latencies.medianMillis(inside.size());
        coresFree = spec.cores() * Math.min(1, share);
        double granted = spec.cores() * Math.max(1, spec.speed());
        workRate.sampled(granted, coresFree * spec.speed(), 0, seconds, inside.isEmpty());
        sampledAt = events.now();
        sampledDone = done;
        sampledFailed = failed;
        sampledCoreNanos = coreNanos;
        events.after(SAMPLE_NANOS, this::sample);
    }

    /** Core-nanoseconds that it has worked since the beginning. */
    public double coreNanos() {
        pass();
        return coreNanos;
    }

    /** The truth, for an oracle: when a job would be done that were sent now. */
    public double nanosToFinish(double jobWork, int tokens) {
        return fault == Fault.NONE
                ? engine.nanosToFinish(jobWork, tokens, onTheWay, jobsOnTheWay)
                : Double.POSITIVE_INFINITY;
    }
}
