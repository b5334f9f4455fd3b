package dev.evenkeel.model.report;

/**
 * Learns one model's {@link Cost} from the CPU time of its batches: a batch of n inputs and t tokens in all is expected to
 * take {@code base * n + perToken * t}.
 *
 * <p>Weighted least squares over the batches of late, older ones fading ({@value #MEMORY} batches). Each batch weighs by
 * the inverse square of its expected time, because what matters is the error relative to the cost, and long batches
 * would drown short ones. Three things keep it sane:
 *
 * <ul>
 *   <li>a batch's time is clipped to within {@value #CLIP} times what was expected: one batch that met a page fault or a
 *       cold cache moves the fit a little, a lasting change moves it step by step;
 *   <li>a weak pull towards the present estimate, because batches of one length alone do not tell base from slope;
 *   <li>neither number gets negative: then the other one alone is fitted.
 * </ul>
 *
 * Fixed cost of a call is spread over the inputs of the batches that really occur, which is why the cost of an input falls
 * when load makes the batches larger.
 */
public final class LearnedCost {

    /** Batches after which a sample weighs 1/e. */
    static final int MEMORY = 200;

    /** How far from the expectation a sample is believed, as a factor either way. */
    static final double CLIP = 4;

    /** The pull towards the present estimate, in samples. */
    private static final double PRIOR = 0.5;

    private static final double FADE = Math.exp(-1.0 / MEMORY);

    private double nn;
    private double nt;
    private double tt;
    private double nc;
    private double tc;
    private volatile Cost cost;

    /**
     * Starts from a guess.
     *
     * @param seed both numbers above 0
     */
    public LearnedCost(Cost seed) {
        if (!(seed.base() > 0 && seed.perToken() > 0)) {
            throw new IllegalArgumentException("a seed of " + seed + "; both numbers must be above 0");
        }
        this.cost = seed;
    }

    public Cost cost() {
        return cost;
    }

    /**
     * A batch was predicted.
     *
     * @param inputs in the batch, at least 1
     * @param tokens of all of its inputs
     * @param cpuMicros CPU time that it took
     */
    public synchronized void observe(int inputs, long tokens, double cpuMicros) {
        Cost before = cost;
        double expected = Math.max(1, before.base() * inputs + before.perToken() * tokens);
        double measured = Math.clamp(cpuMicros, expected / CLIP, expected * CLIP);
        double weight = 1 / (expected * expected);
        nn = nn * FADE + weight * inputs * inputs;
        nt = nt * FADE + weight * inputs * tokens;
        tt = tt * FADE + weight * tokens * tokens;
        nc = nc * FADE + weight * inputs * measured;
        tc = tc * FADE + weight * tokens * measured;
        Cost after = solve(before);
        rescale(expected / Math.max(1, after.base() * inputs + after.perToken() * tokens));
        cost = after;
    }

    /** What was weighed by an expectation that has changed is weighed anew, or a guess far too low would last. */
    private void rescale(double beforeToAfter) {
        double square = beforeToAfter * beforeToAfter;
        nn *= square;
        nt *= square;
        tt *= square;
        nc *= square;
        tc *= square;
    }

    private Cost solve(Cost before) {
        // the pull is relative to each number, so that it means the same for a model of 10 us and one of 10 ms
        double base = Math.max(before.base(), 1e-3);
        double perToken = Math.max(before.perToken(), 1e-6);
        double pullBase = PRIOR * 1e-2 / (base * base);
        double pullToken = PRIOR * 1e-2 / (perToken * perToken);
        double a = nn + pullBase;
        double b = tt + pullToken;
        double c = nc + pullBase * base;
        double d = tc + pullToken * perToken;
        double determinant = a * b - nt * nt;
        double fittedBase = (c * b - d * nt) / determinant;
        double fittedToken = (d * a - c * nt) / determinant;
        if (fittedBase < 0) {
            return new Cost(0, d / b);
        }
        return fittedToken < 0 ? new Cost(c / a, 0) : new Cost(fittedBase, fittedToken);
    }
}
