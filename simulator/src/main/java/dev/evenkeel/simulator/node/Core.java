package dev.evenkeel.simulator.node;

import dev.evenkeel.simulator.event.EventQueue;

/** One core at work on one piece at a time, at a speed that may change meanwhile. */
final class Core {

    private final EventQueue events;
    private double speed;
    private double left;
    private long since;
    private long startedAt;
    private long plan;
    private boolean busy;
    private double busyNanos;
    private Runnable done = () -> {};

    Core(EventQueue events) {
        this.events = events;
    }

    boolean isBusy() {
        return busy;
    }

    /** Time in which it was busy, since the beginning. */
    double busyNanos() {
        return busyNanos + (busy ? events.now() - startedAt : 0);
    }

    /** When the piece began. */
    long startedAt() {
        return startedAt;
    }

    /** Begins a piece of so many work units; the core is idle. */
    void run(double work, Runnable whenDone) {
        busy = true;
        left = work;
        done = whenDone;
        startedAt = since = events.now();
        plan();
    }

    void speed(double unitsPerNano) {
        if (busy) {
            left = leftNow();
            since = events.now();
        }
        speed = unitsPerNano;
        if (busy) {
            plan();
        }
    }

    void clear() {
        busyNanos = busyNanos();
        busy = false;
        plan++;
    }

    /** Nanoseconds until it is idle, at the present speed. */
    double nanosLeft() {
        return busy ? leftNow() / speed : 0;
    }

    private double leftNow() {
        return Math.max(0, left - speed * (events.now() - since));
    }

    private void plan() {
        long current = ++plan;
        if (speed > 0) {
            events.after((long) Math.ceil(left / speed), () -> {
                if (plan == current) {
                    busyNanos += events.now() - startedAt;
                    busy = false;
                    done.run();
                }
            });
        }
    }
}
