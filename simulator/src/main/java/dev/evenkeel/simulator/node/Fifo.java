package dev.evenkeel.simulator.node;

import dev.evenkeel.simulator.event.EventQueue;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/** One queue, first come first served, before several cores. */
final class Fifo implements Engine {

    private record Waiting(Job job, double work) {}

    private final EventQueue events;
    private final Listener listener;
    private final Core[] cores;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private double waitingWork;
    private double speed;

    Fifo(int cores, EventQueue events, Listener listener) {
        this.events = events;
        this.listener = listener;
        this.cores = new Core[cores];
        Arrays.setAll(this.cores, _ -> new Core(events));
    }

    @Override
    public void add(Job job, double extra) {
        queue.add(new Waiting(job, job.work + extra));
        waitingWork += job.work + extra;
        for (Core core : cores) {
            if (!core.isBusy()) {
                next(core);
                return;
            }
        }
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
        speed = unitsPerNano;
        for (Core core : cores) {
            core.speed(unitsPerNano);
        }
    }

    @Override
    public void clear() {
        queue.clear();
        waitingWork = 0;
        for (Core core : cores) {
            core.clear();
        }
    }

    @Override
    public double busyNanos() {
        double busy = 0;
        for (Core core : cores) {
            busy += core.busyNanos();
        }
        return busy;
    }

    /** The cores share what waits evenly, as far as they can: the fluid limit of the queue. */
    @Override
    public double nanosToFinish(double work, int tokens, double onTheWay, int jobsOnTheWay) {
        double first = Double.POSITIVE_INFINITY;
        double all = (waitingWork + onTheWay) / speed;
        for (Core core : cores) {
            first = Math.min(first, core.nanosLeft());
            all += core.nanosLeft();
        }
        double start = queue.isEmpty() && jobsOnTheWay == 0 ? first : all / cores.length;
        return start + work / speed;
    }
}
