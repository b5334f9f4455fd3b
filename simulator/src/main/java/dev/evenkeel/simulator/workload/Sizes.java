package dev.evenkeel.simulator.workload;

import java.util.List;
import java.util.random.RandomGenerator;

/** How much work requests are, in work units (microseconds of a core at the reference speed). */
public sealed interface Sizes {

    /** The next request's, &gt; 0. */
    double next(RandomGenerator random);

    /** Their mean. */
    double mean();

    /** Requests of less than this count as small; infinite where all are alike. */
    default double smallBelow() {
        return Double.POSITIVE_INFINITY;
    }

    /** All the same. */
    record Fixed(double mean) implements Sizes {

        @Override
        public double next(RandomGenerator random) {
            return mean;
        }
    }

    /** Those of a trace, each as likely. */
    record Empirical(List<Double> all) implements Sizes {

        public Empirical {
            all = List.copyOf(all);
        }

        @Override
        public double next(RandomGenerator random) {
            return all.get(random.nextInt(all.size()));
        }

        @Override
        public double mean() {
            return all.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }
    }

    record Exponential(double mean) implements Sizes {

        @Override
        public double next(RandomGenerator random) {
            return random.nextExponential() * mean;
        }
    }

    /** Drawn anew while it is not above 0, so the mean is of the untruncated one; for deviations well below the mean. */
    record TruncatedNormal(double mean, double deviation) implements Sizes {

        @Override
        public double next(RandomGenerator random) {
            double drawn;
            do {
                drawn = random.nextGaussian(mean, deviation);
            } while (drawn <= 0);
            return drawn;
        }
    }

    /**
     * A long tail.
     *
     * @param sigma deviation of the logarithm
     */
    record Lognormal(double mean, double sigma) implements Sizes {

        @Override
        public double next(RandomGenerator random) {
            return Math.exp(Math.log(mean) - sigma * sigma / 2 + sigma * random.nextGaussian());
        }
    }

    /**
     * Two kinds of requests.
     *
     * @param share of the large ones, 0 to 1
     */
    record Bimodal(Sizes small, Sizes large, double share) implements Sizes {

        @Override
        public double next(RandomGenerator random) {
            return random.nextDouble() < share ? large.next(random) : small.next(random);
        }

        @Override
        public double mean() {
            return share * large.mean() + (1 - share) * small.mean();
        }

        @Override
        public double smallBelow() {
            return Math.sqrt(small.mean() * large.mean());
        }
    }
}
