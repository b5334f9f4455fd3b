package dev.evenkeel.simulator.event;

import java.util.Arrays;

/**
 * Virtual time: what happens next, in order of time and, at the same time, of when it was planned. Nothing waits for real
 * time. A binary heap in arrays, since a run has tens of millions of events.
 */
public final class EventQueue {

    private long[] times = new long[1024];
    private long[] orders = new long[1024];
    private Runnable[] events = new Runnable[1024];
    private int size;
    private long planned;
    private long now;

    private static void nothing() {}

    /** Nanoseconds since the run began. */
    public long now() {
        return now;
    }

    /** Plans an event after so many nanoseconds, at least 0. */
    public void after(long nanos, Runnable event) {
        at(now + nanos, event);
    }

    /**
     * Plans an event at a time.
     *
     * @throws IllegalArgumentException when it has passed
     */
    public void at(long time, Runnable event) {
        if (time < now) {
            throw new IllegalArgumentException("an event at " + time + " ns, but it is " + now + " ns already");
        }
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        rise(size++, time, planned++, event);
    }

    /** Lets everything happen that is planned up to this time, its own consequences included; then it is that time. */
    public void runUntil(long time) {
        while (size > 0 && times[0] <= time) {
            now = times[0];
            Runnable next = events[0];
            removeFirst();
            next.run();
        }
        now = Math.max(now, time);
    }

    private void removeFirst() {
        size--;
        long time = times[size];
        long order = orders[size];
        Runnable event = events[size];
        events[size] = EventQueue::nothing; // what happened is not kept alive
        if (size > 0) {
            sink(time, order, event);
        }
    }

    private void rise(int from, long time, long order, Runnable event) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) / 2;
            if (!isBefore(time, order, parent)) {
                break;
            }
            move(parent, place);
            place = parent;
        }
        put(place, time, order, event);
    }

    private void sink(long time, long order, Runnable event) {
        int place = 0;
        for (int child = 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && isBefore(times[child + 1], orders[child + 1], child)) {
                child++;
            }
            if (isBefore(time, order, child)) {
                break;
            }
            move(child, place);
            place = child;
        }
        put(place, time, order, event);
    }

    private boolean isBefore(long time, long order, int place) {
        return time < times[place] || (time == times[place] && order < orders[place]);
    }

    private void move(int from, int to) {
        put(to, times[from], orders[from], events[from]);
    }

    private void put(int place, long time, long order, Runnable event) {
        times[place] = time;
        orders[place] = order;
        events[place] = event;
    }
}
