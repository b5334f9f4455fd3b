package dev.evenkeel.simulator.node;

import dev.evenkeel.batcher.Batch;
import dev.evenkeel.batcher.BatchQueue;
import dev.evenkeel.batcher.Input;
import dev.evenkeel.batcher.Lane;
import dev.evenkeel.batcher.Offer;
import dev.evenkeel.batcher.Request;
import dev.evenkeel.batcher.ServiceCurve;
import dev.evenkeel.simulator.event.EventQueue;
import dev.evenkeel.simulator.event.Streams;
import dev.evenkeel.simulator.workload.Sizes;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/** The model node: its own queue forms a batch when a worker frees, and a batch takes what was measured for its shape. */
final class Batching implements Engine {

    /** Half a minute of a core: thousands of texts. */
    private static final double CAPACITY_MICROS = 3e7;

    private final Lane lane;
    private final ServiceCurve curve;
    private final EventQueue events;
    private final Listener listener;
    private final Cores cores;
    private BatchQueue<Job> queue;
    private double extra;

    Batching(int cores, Lane lane, ServiceCurve curve, EventQueue events, Listener listener) {
        this.lane = lane;
        this.curve = curve;
        this.events = events;
        this.listener = listener;
        this.cores = new Cores(cores, events);
        this.queue = BatchQueue.takingTurns(Long.MAX_VALUE);
    }

    /**
     * Found out by serving a queue that never runs short: how well a batch is used depends on how unlike the texts are.
     *
     * @param waiting how many wait when a batch is formed, by the size of the batch before
     */
    static double unitsPerCoreSecond(NodeKind.BatchNode kind, Sizes sizes, IntUnaryOperator waiting) {
        BatchQueue<Double> queue = BatchQueue.takingTurns(Long.MAX_VALUE);
        RandomGenerator random = new Streams(1).of("capacity");
        double work = 0;
        double micros = 0;
        int size = 0;
        while (micros < CAPACITY_MICROS) {
            while (queue.backlog().waitingInputs() < waiting.applyAsInt(size)) {
                double next = sizes.next(random);
                Input<Double> input = new Input<>(next, kind.tokensOf(next), Math.max(1, Math.round(next)));
                queue.offer(Request.of(kind.lane(), List.of(input)), 0);
            }
            Batch<Double> batch = queue.next(0).orElseThrow();
            size = batch.inputs().size();
            micros += kind.curve().micros(size, (int) (batch.paddedTokens() / size));
            work += batch.inputs().stream().mapToDouble(Input::payload).sum();
            queue.finished(batch, 0);
        }
        return work / micros * 1e6;
    }

    @Override
    public void add(Job job, double probes) {
        extra += probes;
        Input<Job> input = new Input<>(job, job.tokens, Math.max(1, Math.round(job.work)));
        if (!(queue.offer(Request.of(lane, List.of(input)), events.now()) instanceof Offer.Accepted)) {
            throw new IllegalStateException("the queue has no bound here: the node counts what is inside");
        }
        cores.ifIdle(this::next);
    }

    private void next(Core core) {
        Optional<Batch<Job>> formed = queue.next(events.now());
        if (formed.isPresent()) {
            Batch<Job> batch = formed.get();
            double work = micros(batch) + extra;
            extra = 0;
            BatchQueue<Job> from = queue;
            core.run(work, () -> {
                from.finished(batch, events.now());
                listener.worked(batch.work(), events.now() - core.startedAt());
                batch.inputs().forEach(input -> listener.done(input.payload()));
                if (!core.isBusy()) {
                    next(core);
                }
            });
        }
    }

    private double micros(Batch<Job> batch) {
        int size = batch.inputs().size();
        return curve.micros(size, (int) (batch.paddedTokens() / size));
    }

    @Override
    public void speed(double unitsPerNano) {
        cores.speed(unitsPerNano);
    }

    @Override
    public void clear() {
        queue = BatchQueue.takingTurns(Long.MAX_VALUE);
        extra = 0;
        cores.clear();
    }

    @Override
    public double busyNanos() {
        return cores.busyNanos();
    }

    /**
     * What runs must end, then full batches of what waits, as long as their inputs are on average, share the workers; the
     * last batch is the job's own and those that came to it.
     */
    @Override
    public double nanosToFinish(double work, int tokens, double onTheWay, int jobsOnTheWay) {
        int ahead = queue.backlog().waitingInputs() + jobsOnTheWay;
        double waitingWork = queue.backlog().waitingWork() + onTheWay;
        double first = cores.nanosToFirst();
        double running = cores.nanosLeft();
        int places = lane.places(tokens);
        int fullBatches = ahead / places;
        int own = ahead % places + 1;
        double gain = curve.micros(places, tokens) / (places * curve.micros(1, tokens));
        double fullWork = ahead == 0 ? 0 : waitingWork * gain * fullBatches * places / ahead;
        double start = fullBatches == 0 ? first : Math.max(first, (running + fullWork / cores.speed()) / cores.count());
        double mates = own == 1 ? 0 : waitingWork / ahead * (own - 1);
        double batch = (work + mates) * curve.micros(own, tokens) / (own * curve.micros(1, tokens));
        return start + batch / cores.speed();
    }
}
