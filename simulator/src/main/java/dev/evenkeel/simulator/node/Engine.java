package dev.evenkeel.simulator.node;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.batcher.ServiceCurve;
import dev.evenkeel.simulator.event.EventQueue;

/** How a node serves what is inside. A new kind of node is a class here and a record in {@link NodeKind}. */
interface Engine {

    /** The engine of a kind of node. */
    static Engine of(NodeKind kind, int cores, EventQueue events, Listener listener) {
        return switch (kind) {
            case NodeKind.FifoNode() -> new Fifo(cores, events, listener);
            case NodeKind.SharingNode() -> new ProcessorSharing(cores, events, listener);
            case NodeKind.BatchNode(Lane lane, ServiceCurve curve) ->
                new Batching(cores, lane, curve, events, listener);
        };
    }

    /** Told of everything that an engine finishes. */
    interface Listener {

        /** A job is done. */
        void done(Job job);

        /** A worker was busy for so long with so much work: what {@code WorkRate} learns from. */
        void worked(long work, long busyNanos);
    }

    /**
     * Takes a job; it waits or runs.
     *
     * @param extra work units that are done beside it and not counted: answers to probes
     */
    void add(Job job, double extra);

    /** From now on a core does so many work units per nanosecond, &gt;= 0. */
    void speed(double unitsPerNano);

    /** Everything inside is gone, and nobody is told. */
    void clear();

    /** Nanoseconds of all cores together in which they were busy, since the beginning. */
    double busyNanos();

    /**
     * Nanoseconds until a job would be done if it arrived now behind {@code onTheWay} work units that nobody else sees, at
     * the present speed and without further arrivals: what only a simulator can know.
     */
    double nanosToFinish(double work, int tokens, double onTheWay, int jobsOnTheWay);
}
