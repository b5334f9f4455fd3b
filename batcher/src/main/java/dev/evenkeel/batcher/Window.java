package dev.evenkeel.batcher;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which inputs share a batch. Every input's own tokens must be computed at some time anyhow, so what a choice can save is
 * calls and padding: the least overhead per input is {@code (callTokens + padded - real) / inputs}.
 *
 * @param from the first of the inputs, in order of length
 * @param to one after the last
 * @param overhead of the batch, in tokens
 * @param ranks the sum of the inputs' ranks
 */
record Window(int from, int to, long overhead, long ranks) {

    /**
     * Of the runs of candidates, in order of length, that contain the anchor and respect the lane's bounds, the one of
     * least overhead per input; of equal ones the larger, then the one of earlier turns. In the order of their turns.
     */
    static <T> List<Candidate<T>> around(Candidate<T> anchor, List<Candidate<T>> candidates, Lane lane) {
        List<Candidate<T>> sorted = byLength(anchor, candidates);
        int at = sorted.indexOf(anchor);
        Window best = new Window(at, at + 1, lane.callTokens(), anchor.rank());
        long realAbove = 0;
        long ranksAbove = 0;
        for (int last = at; last < sorted.size(); last++) {
            int longest = sorted.get(last).tokens();
            int places = lane.places(longest);
            if (last - at >= places) {
                break;
            }
            realAbove += longest;
            ranksAbove += sorted.get(last).rank();
            long real = realAbove;
            long ranks = ranksAbove;
            int lowest = Math.max(0, last + 1 - places);
            for (int from = at; from >= lowest; from--) {
                if (from < at) {
                    real += sorted.get(from).tokens();
                    ranks += sorted.get(from).rank();
                }
                long padded = (long) longest * (last + 1 - from);
                Window window = new Window(from, last + 1, lane.callTokens() + padded - real, ranks);
                if (window.isBetterThan(best)) {
                    best = window;
                }
            }
        }
        List<Candidate<T>> chosen = new ArrayList<>(sorted.subList(best.from, best.to));
        chosen.sort(Comparator.comparingInt(Candidate::rank));
        return chosen;
    }

    /**
     * What else is let into a batch that has free places: candidates that are no longer than its longest, so that nobody
     * in it waits for a longer input, the longest first, as long as the overhead per input does not rise. In the order of
     * their turns.
     */
    static <T> List<Candidate<T>> beside(List<Candidate<T>> batch, List<Candidate<T>> candidates, Lane lane) {
        int longest = batch.stream().mapToInt(Candidate::tokens).max().orElse(0);
        long real = batch.stream().mapToLong(Candidate::tokens).sum();
        long overhead = lane.callTokens() + (long) longest * batch.size() - real;
        List<Candidate<T>> sorted = new ArrayList<>(candidates);
        sorted.sort(Comparator.comparingInt((Candidate<T> candidate) -> -candidate.tokens())
                .thenComparingInt(Candidate::rank));
        List<Candidate<T>> chosen = new ArrayList<>();
        for (Candidate<T> candidate : sorted) {
            int padding = longest - candidate.tokens();
            int size = batch.size() + chosen.size();
            if (padding >= 0 && size < lane.places(longest) && (long) padding * size <= overhead) {
                chosen.add(candidate);
                overhead += padding;
            }
        }
        chosen.sort(Comparator.comparingInt(Candidate::rank));
        return chosen;
    }

    /** Shortest first; of equal length, those whose turn is earlier stand nearer to the anchor. */
    private static <T> List<Candidate<T>> byLength(Candidate<T> anchor, List<Candidate<T>> candidates) {
        List<Candidate<T>> sorted = new ArrayList<>(candidates);
        sorted.sort((a, b) -> {
            if (a.tokens() != b.tokens()) {
                return Integer.compare(a.tokens(), b.tokens());
            }
            if (a == anchor || b == anchor) {
                return a == b ? 0 : a == anchor ? -1 : 1;
            }
            int turns = Integer.compare(a.rank(), b.rank());
            return a.tokens() < anchor.tokens() ? -turns : turns;
        });
        return sorted;
    }

    private int size() {
        return to - from;
    }

    private boolean isBetterThan(Window other) {
        long mine = overhead * other.size();
        long others = other.overhead * size();
        if (mine != others) {
            return mine < others;
        }
        return size() != other.size() ? size() > other.size() : ranks < other.ranks;
    }
}
