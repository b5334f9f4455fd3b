package dev.evenkeel.simulator.node;

import dev.evenkeel.simulator.event.EventQueue;
import java.util.PriorityQueue;

/**
 * All that is inside shares the cores evenly, none getting more than one. Kept by attained service: every job inside gets
 * service at the same rate, so each is done when the common counter reaches what it was at its arrival and its work.
 */
final class ProcessorSharing implements Engine {

    private record Inside(Job job, double doneAt, long order) implements Comparable<Inside> {

        @Override
        public int compareTo(Inside other) {
            int first = Double.compare(doneAt, other.doneAt);
            return first != 0 ? first : Long.compare(order, other.order);
        }
    }

    private final int cores;
    private final EventQueue events;
    private final Listener listener;
    private final PriorityQueue<Inside> inside = new PriorityQueue<>();
    private double speed;
    private double attained;
    private long since;
    private long orders;
    private long plan;
    private double busyNanos;

    ProcessorSharing(int cores, EventQueue events, Listener listener) {
        this.cores = cores;
        this.events = events;
        this.listener = listener;
    }

    @Override
    public void add(Job job, double extra) {
        pass();
        inside.add(new Inside(job, attained + job.work + extra, orders++));
        plan();
    }

    private double rate() {
        return inside.isEmpty() ? 0 : speed * Math.min(1, (double) cores / inside.size());
    }

    /** Gives everybody their service up to now. */
    private void pass() {
        long now = events.now();
        if (now > since && !inside.isEmpty()) {
            double each = rate() * (now - since);
            attained += each;
            double busy = (double) (now - since) * Math.min(cores, inside.size());
            busyNanos += busy;
            listener.worked(Math.round(each * inside.size()), Math.round(busy));
        }
        since = now;
    }

    private void plan() {
        long current = ++plan;
        if (!inside.isEmpty() && speed > 0) {
            double nanos = (inside.peek().doneAt - attained) / rate();
            events.after((long) Math.ceil(Math.max(0, nanos)), () -> {
                if (plan == current) {
                    finishThoseDone();
                }
            });
        }
    }

    private void finishThoseDone() {
        pass();
        while (!inside.isEmpty() && inside.peek().doneAt <= attained + 1e-6) {
            listener.done(inside.remove().job);
        }
        plan();
    }

    @Override
    public void speed(double unitsPerNano) {
        pass();
        speed = unitsPerNano;
        plan();
    }

    @Override
    public void clear() {
        pass();
        inside.clear();
        plan++;
    }

    @Override
    public double busyNanos() {
        pass();
        return busyNanos;
    }

    /**
     * When all that is inside and the job itself would be done: how long the job itself would take, with those that have
     * more left still inside, is less, but an oracle that sends by that does worse for all.
     */
    @Override
    public double nanosToFinish(double work, int tokens, double onTheWay, int jobsOnTheWay) {
        double attainedNow = attained + rate() * (events.now() - since);
        double all = onTheWay + work - attainedNow * inside.size();
        for (Inside each : inside) {
            all += each.doneAt;
        }
        return Math.max(all / cores, work) / speed;
    }
}
