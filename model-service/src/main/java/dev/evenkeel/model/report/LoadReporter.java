package dev.evenkeel.model.report;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.measure.Latencies;
import dev.evenkeel.load.measure.WorkRate;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the requests inside, and writes the node's {@link LoadReport}. What changes with every request is read at the
 * moment of the report; what is sampled is at most one {@link #sample()} old.
 */
public final class LoadReporter implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(LoadReporter.class);

    private static final double RPS_MEMORY_SECONDS = 1;

    /** What {@link #sample()} found, all of one moment. */
    private record Sampled(
            MachineSampler.Usage usage, double rps, double eps, double p50Millis, long nanos, long done, long failed) {}

    private final MachineSampler machine;
    private final LongSupplier nanoTime;
    private final Supplier<NodeState> state;
    private final Supplier<Backlog> backlog;
    private final WorkRate workRate;
    private final Latencies latencies = new Latencies();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong seq = new AtomicLong();
    private volatile Sampled sampled;
    private boolean saidUnreadable;

    /**
     * @param machine reads the machine
     * @param nanoTime a clock
     * @param state what the node is ready for
     * @param backlog what waits and what is in prediction
     * @param workRate what it learned, and is told of every look at the machine
     */
    LoadReporter(
            MachineReader machine,
            LongSupplier nanoTime,
            Supplier<NodeState> state,
            Supplier<Backlog> backlog,
            WorkRate workRate) {
        long now = nanoTime.getAsLong();
        this.machine = new MachineSampler(machine, now);
        this.nanoTime = nanoTime;
        this.state = state;
        this.backlog = backlog;
        this.workRate = workRate;
        this.sampled = new Sampled(this.machine.sample(now), 0, 0, Double.NaN, now, 0, 0);
    }

    /** A reporter of this Linux machine; the parameters are those of the constructor and of {@link MachineReader}. */
    public static LoadReporter ofThisMachine(
            DoubleSupplier processors,
            DoubleSupplier processCpu,
            LongSupplier nanoTime,
            Supplier<NodeState> state,
            Supplier<Backlog> backlog,
            WorkRate workRate) {
        MachineReader reader = MachineReader.linux(Path.of("/"), processors, processCpu);
        return new LoadReporter(reader, nanoTime, state, backlog, workRate);
    }

    /** A request came in. */
    public Stay enter() {
        return new Stay(nanoTime.getAsLong(), inFlight.incrementAndGet());
    }

    /** A fresh report. One at a time, so that of two reports the one with the newer state has the higher number. */
    public synchronized LoadReport report() {
        Sampled now = sampled;
        return new LoadReport(
                now.usage.cpuUtilization(),
                now.usage.memoryUtilization(),
                now.rps,
                now.eps,
                state.get(),
                now.usage.coresFree(),
                now.usage.coresOthers(),
                now.usage.throttled(),
                Math.max(0, inFlight.get()),
                backlog.get().work(),
                workRate.perSecond(),
                now.p50Millis,
                seq.incrementAndGet());
    }

    /** Memory in use as a share of its limit, 0 to 1, as {@link #sample()} found it. */
    public double memoryShare() {
        return sampled.usage.memoryUtilization();
    }

    /** Gauges of what the reports say. */
    @Override
    public void bindTo(MeterRegistry registry) {
        new NodeGauges(() -> sampled.usage, state, inFlight::get, backlog, workRate).register(registry);
    }

    /**
     * Reads the machine. For one background thread, a few times a second. When it fails, the last values stand until it
     * succeeds again: a scheduler would end the sampling for good, and the reports would be of then for ever.
     */
    public void sample() {
        try {
            readMachine();
        } catch (RuntimeException e) {
            if (!saidUnreadable) {
                saidUnreadable = true;
                log.error("The machine cannot be read; reports have old values. This is said once.", e);
            }
        }
    }

    private void readMachine() {
        Sampled last = sampled;
        long now = nanoTime.getAsLong();
        double seconds = (now - last.nanos) / 1e9;
        if (seconds <= 0) {
            return;
        }
        long doneNow = done.sum();
        long failedNow = failed.sum();
        double weight = 1 - Math.exp(-seconds / RPS_MEMORY_SECONDS);
        MachineSampler.Usage usage = machine.sample(now);
        workRate.sampled(
                usage.grantedCores(),
                usage.coresFree(),
                usage.ownCoresNow(),
                seconds,
                backlog.get().work() == 0);
        sampled = new Sampled(
                usage,
                last.rps + ((doneNow - last.done) / seconds - last.rps) * weight,
                last.eps + ((failedNow - last.failed) / seconds - last.eps) * weight,
                latencies.medianMillis(inFlight.get()),
                now,
                doneNow,
                failedNow);
    }

    /** A request's stay in the node. */
    public final class Stay {

        private final long start;
        private final int inFlightAtStart;
        private boolean left;

        private Stay(long start, int inFlightAtStart) {
            this.start = start;
            this.inFlightAtStart = inFlightAtStart;
        }

        /**
         * The request's work is done and its answer is about to go out; counted once.
         *
         * @param failure the node's own failure; a client's mistake is none
         * @param measured its latency tells something of the node: what is refused at once does not
         */
        public void leave(boolean failure, boolean measured) {
            if (left) {
                return;
            }
            left = true;
            inFlight.decrementAndGet();
            done.increment();
            if (failure) {
                failed.increment();
            }
            if (measured) {
                latencies.add(nanoTime.getAsLong() - start, inFlightAtStart);
            }
        }
    }
}
