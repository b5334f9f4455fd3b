package dev.evenkeel.benchmarks.faults;

import java.util.List;
import java.util.function.Predicate;

/**
 * From the fault on.
 *
 * @param from on {@link System#nanoTime()}
 * @param to nothing is in it that was due from then on
 */
record Window(long from, long to) {

    /** What is in it: what was under way when the fault began as well, for that is what it met first. */
    List<Load.Reply> of(List<Load.Reply> all) {
        return all.stream()
                .filter(reply -> reply.due() - to < 0 && !isBefore(reply))
                .toList();
    }

    /** What was not answered as it should be: in the window as is expected then, and before it well. */
    List<Load.Reply> failed(List<Load.Reply> all, Predicate<Load.Reply> asItShould) {
        return all.stream()
                .filter(reply -> reply.due() - to < 0)
                .filter(reply -> isBefore(reply) ? !reply.isGood() : !asItShould.test(reply))
                .toList();
    }

    private boolean isBefore(Load.Reply reply) {
        return reply.at() - from < 0;
    }
}
