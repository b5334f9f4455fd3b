package dev.evenkeel.simulator.node;

import dev.evenkeel.simulator.event.EventQueue;
import java.util.ArrayDeque;
import java.util.Queue;

/** One queue, first come first served, before several cores. */
final class Fifo implements Engine {

    private record Waiting(Job job, double work) {}

    private final EventQueue events;
    private final Listener listener;
    private final Cores cores;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private double waitingWork;

    Fifo(int cores, EventQueue events, Listener listener) {
        this.events = events;
        this.listener = listener;
        this.cores = new Cores(cores, events);
    }

    @Override
    public void add(Job job, double extra) {
        queue.add(new Waiting(job, job.work + extra));
        waitingWork += job.work + extra;
        cores.ifIdle(this::next);
    }

    private void next(Core core) {
        Waiting first = queue.poll();
        if (first != null) {
            waitingWork -= first.work;
            core.run(first.work, () -> {
                listener.worked(Math.round(first.job.work), events.now() - core.startedAt());
                listener.done(first.job);
                if (!core.isBusy()) {
                    next(core);
                }
            });
        }
    }

    @Override
    public void speed(double unitsPerNano) {
        cores.speed(unitsPerNano);
    }

    @Override
    public void clear() {
        queue.clear();
        waitingWork = 0;
        cores.clear();
    }

    @Override
    public double busyNanos() {
        return cores.busyNanos();
    }

    /** The cores share what waits evenly, as far as they can: the fluid limit of the queue. */
    @Override
    public double nanosToFinish(double work, int tokens, double onTheWay, int jobsOnTheWay) {
        double all = (waitingWork + onTheWay) / cores.speed() + cores.nanosLeft();
        double start = queue.isEmpty() && jobsOnTheWay == 0 ? cores.nanosToFirst() : all / cores.count();
        return start + work / cores.speed();
    }
}
