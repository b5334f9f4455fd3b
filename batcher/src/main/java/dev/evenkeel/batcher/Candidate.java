package dev.evenkeel.batcher;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * An input that may be taken into a batch.
 *
 * @param waiting its request
 * @param depth how many inputs of the request come before it
 * @param rank how many candidates' turns come before its own
 */
record Candidate<T>(Waiting<T> waiting, int depth, int rank, Input<T> input) {

    int tokens() {
        return input.tokens();
    }

    /**
     * The first inputs in turn order: one of each request, then a second of each that has one, and so on. Looks at no
     * more requests, and no more inputs, than {@code limit}.
     */
    static <T> List<Candidate<T>> inTurn(Iterator<Waiting<T>> requests, int limit) {
        List<Candidate<T>> candidates = new ArrayList<>();
        List<Waiting<T>> round = new ArrayList<>();
        while (candidates.size() < limit && requests.hasNext()) {
            Waiting<T> waiting = requests.next();
            candidates.add(of(waiting, 0, candidates.size()));
            round.add(waiting);
        }
        for (int depth = 1; candidates.size() < limit && !round.isEmpty(); depth++) {
            List<Waiting<T>> longer = new ArrayList<>();
            for (Waiting<T> waiting : round) {
                if (waiting.waiting() > depth && candidates.size() < limit) {
                    candidates.add(of(waiting, depth, candidates.size()));
                    longer.add(waiting);
                }
            }
            round = longer;
        }
        return candidates;
    }

    static <T> Candidate<T> of(Waiting<T> waiting, int depth, int rank) {
        return new Candidate<>(waiting, depth, rank, waiting.peek(depth));
    }
}
