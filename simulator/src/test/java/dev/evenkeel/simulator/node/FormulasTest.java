package dev.evenkeel.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.simulator.event.EventQueue;
import dev.evenkeel.simulator.event.Streams;
import dev.evenkeel.simulator.workload.Arrivals;
import dev.evenkeel.simulator.workload.Sizes;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One node with Poisson arrivals against the formulas of queueing theory, in units of the mean size.
 *
 * <p>What is measured is the mean of independent runs, so its standard error is known from how they differ. Four of those are
 * allowed, which chance alone exceeds once in 16,000 times; and the standard error has to be below 1 %, so that whoever
 * shares or queues wrongly, which is worth ten times that, is found.
 */
class FormulasTest {

    private static final int RUNS = 20;
    private static final int JOBS = 50_000;

    /** Those that come first find the node emptier than it will be: at load 0.8 it has forgotten that after some 100. */
    private static final int WARM_UP = 1_000;

    private static final double MEAN = 10_000;
    private static final NodeKind SHARING = new NodeKind.SharingNode();
    private static final NodeKind FIFO = new NodeKind.FifoNode();

    /** Distributions of a mean of {@link #MEAN}. */
    enum Size {
        FIXED(new Sizes.Fixed(MEAN), 0),
        EXPONENTIAL(new Sizes.Exponential(MEAN), 1),
        LOGNORMAL(new Sizes.Lognormal(MEAN, 1), Math.E - 1),
        BIMODAL(
                new Sizes.Bimodal(new Sizes.Fixed(MEAN / 2), new Sizes.Fixed(MEAN * 5.5), 0.1),
                0.9 * 0.5 * 0.5 + 0.1 * 5.5 * 5.5 - 1);

        @SuppressWarnings("ImmutableEnumChecker") // records of numbers
        private final Sizes sizes;

        /** Squared coefficient of variation. */
        private final double variation;

        Size(Sizes sizes, double variation) {
            this.sizes = sizes;
            this.variation = variation;
        }
    }

    private record Measured(double mean, double error) {

        void agreesWith(double formula) {
            assertThat(error / formula).as("standard error").isLessThan(0.01);
            assertThat(mean)
                    .as("formula %s, standard error %s", formula, error)
                    .isBetween(formula - 4 * error, formula + 4 * error);
        }
    }

    /** M/G/1 with processor sharing: E[S] / (1 - rho), whatever the distribution. */
    @ParameterizedTest
    @CsvSource({
        "FIXED,0.5", "EXPONENTIAL,0.5", "LOGNORMAL,0.5", "BIMODAL,0.5",
        "FIXED,0.8", "EXPONENTIAL,0.8", "LOGNORMAL,0.8", "BIMODAL,0.8"
    })
    void aSharingNodeTakesTheSameWhateverTheDistribution(Size size, double load) {
        stay(SHARING, 1, size.sizes, load).agreesWith(1 / (1 - load));
    }

    /** M/G/1, first come first served: Pollaczek and Khinchine's E[S] (1 + rho (1 + c^2) / (2 (1 - rho))). */
    @ParameterizedTest
    @CsvSource({"FIXED,0.5", "EXPONENTIAL,0.5", "LOGNORMAL,0.5", "BIMODAL,0.5", "FIXED,0.8", "EXPONENTIAL,0.8"})
    void aQueueingNodeTakesLongerTheMoreSizesVary(Size size, double load) {
        stay(FIFO, 1, size.sizes, load).agreesWith(1 + load * (1 + size.variation) / (2 * (1 - load)));
    }

    /** M/M/c: a job waits with Erlang's chance C(c, a), and then for E[S] / (c (1 - rho)). */
    @ParameterizedTest
    @CsvSource({"2,0.5", "4,0.5", "2,0.8", "4,0.8"})
    void severalCoresShareOneQueue(int cores, double load) {
        double waits = erlangC(cores, cores * load);
        stay(FIFO, cores, Size.EXPONENTIAL.sizes, load).agreesWith(1 + waits / (cores * (1 - load)));
    }

    /** Processor sharing of several cores has the M/M/c's number inside for exponential sizes: the same departures. */
    @ParameterizedTest
    @CsvSource({"2,0.8", "4,0.8"})
    void severalCoresAreShared(int cores, double load) {
        double waits = erlangC(cores, cores * load);
        stay(SHARING, cores, Size.EXPONENTIAL.sizes, load).agreesWith(1 + waits / (cores * (1 - load)));
    }

    /** By the recursion of Erlang's B. */
    private static double erlangC(int cores, double offered) {
        double b = 1;
        for (int k = 1; k <= cores; k++) {
            b = offered * b / (k + offered * b);
        }
        return b / (1 - offered / cores * (1 - b));
    }

    private static Measured stay(NodeKind kind, int cores, Sizes sizes, double load) {
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            double mean = new Run(kind, cores, sizes, load, seed).mean();
            sum += mean;
            squares += mean * mean;
        }
        double mean = sum / RUNS;
        return new Measured(mean, Math.sqrt((squares / RUNS - mean * mean) / (RUNS - 1)));
    }

    /** A node from empty to its last job. */
    private static final class Run {

        private final EventQueue events = new EventQueue();
        private final Node node;
        private final Sizes sizes;
        private final double rate;
        private final RandomGenerator times;
        private final RandomGenerator works;
        private int came;
        private int counted;
        private double sum;

        Run(NodeKind kind, int cores, Sizes sizes, double load, int seed) {
            Streams streams = new Streams(seed);
            this.node = new Node(0, new Node.Spec(cores, 1), kind, Long.MAX_VALUE, events);
            this.sizes = sizes;
            this.rate = load * cores * 1e6 / sizes.mean();
            this.times = streams.of("arrivals");
            this.works = streams.of("sizes");
        }

        double mean() {
            next();
            // all come in JOBS / rate on average, and what is inside then is soon done
            events.runUntil((long) (2 * JOBS / rate * 1e9));
            assertThat(counted).isEqualTo(JOBS - WARM_UP);
            return sum / counted;
        }

        private void next() {
            events.after(new Arrivals.Poisson().nextAfter(events.now(), rate, times), () -> {
                long at = events.now();
                boolean counts = came++ >= WARM_UP;
                Job job = new Job(sizes.next(works), 0, answer -> {
                    if (counts) {
                        counted++;
                        sum += (events.now() - at) / (sizes.mean() * 1e3);
                    }
                });
                node.announced(job.work);
                node.arrive(job);
                if (came < JOBS) {
                    next();
                }
            });
        }
    }
}
