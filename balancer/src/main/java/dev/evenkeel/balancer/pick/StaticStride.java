package dev.evenkeel.balancer.pick;

/**
 * Which turns are whose, by gRPC's static stride scheduler (gRFC A58). Turns go round the places; in each round a place is
 * taken or passed over, so that it is taken in {@code weight / MAX} of the rounds, evenly spaced. The heaviest is never
 * passed over. Immutable.
 */
final class StaticStride {

    /** The heaviest place's weight, once scaled. */
    private static final int MAX = 0xFFFF;

    /** Weights are kept within 10 times of their mean either way, so that 10 turns find a place, in the mean. */
    private static final double RATIO = 10;

    private final char[] weights;

    /**
     * A schedule by weights in any unit.
     *
     * @param given by place; 0 where there is none: the mean of the others is taken
     */
    StaticStride(double[] given) {
        int known = 0;
        double sum = 0;
        double heaviest = 0;
        for (double weight : given) {
            known += weight > 0 ? 1 : 0;
            sum += weight;
            heaviest = Math.max(heaviest, weight);
        }
        this.weights = new char[given.length];
        double mean = sum / known;
        double most = Math.min(heaviest, mean * RATIO);
        for (int place = 0; place < given.length; place++) {
            double weight = given[place] > 0 ? Math.clamp(given[place], mean / RATIO, most) : mean;
            // by fewer than two weights nothing can be told: plain round robin
            weights[place] = known < 2 ? MAX : (char) Math.round(MAX * weight / most);
        }
    }

    /** The place of a turn. */
    int place(long turn) {
        return (int) (turn % weights.length);
    }

    /** True when the place of the turn is taken in its round. */
    boolean takes(long turn) {
        int place = place(turn);
        long weight = weights[place];
        // neighbours of the same weight are half a stride apart, or a round would take all of them and the next none
        long offset = (long) MAX / 2 * place;
        return (weight * (turn / weights.length) + offset) % MAX >= MAX - weight;
    }
}
