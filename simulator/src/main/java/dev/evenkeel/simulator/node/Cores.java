package dev.evenkeel.simulator.node;

import dev.evenkeel.simulator.event.EventQueue;
import java.util.Arrays;
import java.util.function.Consumer;

/** The cores of a node that each work on one piece at a time, all at the same speed. */
final class Cores {

    private final Core[] all;
    private double speed;

    Cores(int count, EventQueue events) {
        all = new Core[count];
        Arrays.setAll(all, _ -> new Core(events));
    }

    int count() {
        return all.length;
    }

    /** Gives something to do to the first core that has nothing, if there is one. */
    void ifIdle(Consumer<Core> give) {
        for (Core core : all) {
            if (!core.isBusy()) {
                give.accept(core);
                return;
            }
        }
    }

    /** Work units per nanosecond, of each. */
    double speed() {
        return speed;
    }

    void speed(double unitsPerNano) {
        speed = unitsPerNano;
        for (Core core : all) {
            core.speed(unitsPerNano);
        }
    }

    void clear() {
        for (Core core : all) {
            core.clear();
        }
    }

    /** As {@link Engine#busyNanos}. */
    double busyNanos() {
        double busy = 0;
        for (Core core : all) {
            busy += core.busyNanos();
        }
        return busy;
    }

    /** Nanoseconds until the first one is idle. */
    double nanosToFirst() {
        double first = Double.POSITIVE_INFINITY;
        for (Core core : all) {
            first = Math.min(first, core.nanosLeft());
        }
        return first;
    }

    /** Nanoseconds of all together until they are idle. */
    double nanosLeft() {
        double left = 0;
        for (Core core : all) {
            left += core.nanosLeft();
        }
        return left;
    }
}
