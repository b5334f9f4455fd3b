package dev.evenkeel.batcher;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/** Waiting requests that have a deadline, the earliest first and of equal ones the older. */
final class Deadlines<T> {

    private final TreeSet<Waiting<T>> requests = new TreeSet<>(
            Comparator.comparingLong((Waiting<T> waiting) -> deadline(waiting)).thenComparingLong(Waiting::sequence));

    void add(Waiting<T> waiting) {
        if (deadline(waiting) != Request.NO_DEADLINE) {
            requests.add(waiting);
        }
    }

    void remove(Waiting<T> waiting) {
        requests.remove(waiting);
    }

    /** The request of the earliest deadline, if that is at this time or before. */
    Optional<Waiting<T>> earliestBy(long nanos) {
        return requests.isEmpty() || deadline(requests.getFirst()) > nanos
                ? Optional.empty()
                : Optional.of(requests.getFirst());
    }

    private static long deadline(Waiting<?> waiting) {
        return waiting.request().deadlineNanos();
    }
}
