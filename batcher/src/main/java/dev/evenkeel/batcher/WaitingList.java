package dev.evenkeel.batcher;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;

/** A lane's waiting requests of one priority, in the order of their turns. */
final class WaitingList<T> {

    private final LinkedHashSet<Waiting<T>> turns = new LinkedHashSet<>();
    private final Deadlines<T> deadlines = new Deadlines<>();

    boolean isEmpty() {
        return turns.isEmpty();
    }

    Waiting<T> first() {
        return turns.getFirst();
    }

    Iterator<Waiting<T>> inTurn() {
        return turns.iterator();
    }

    void add(Waiting<T> waiting, long turn) {
        waiting.turn(turn);
        turns.add(waiting);
        deadlines.add(waiting);
    }

    void remove(Waiting<T> waiting) {
        turns.remove(waiting);
        deadlines.remove(waiting);
    }

    /** After an input of it was taken: to the back, or out when none is left. */
    void hadItsTurn(Waiting<T> waiting, long turn) {
        if (waiting.isEmpty()) {
            remove(waiting);
        } else {
            waiting.turn(turn);
            turns.remove(waiting);
            turns.add(waiting);
        }
    }

    /** The request of the earliest deadline, if that is at this time or before. */
    Optional<Waiting<T>> dueBy(long nanos) {
        return deadlines.earliestBy(nanos);
    }
}
