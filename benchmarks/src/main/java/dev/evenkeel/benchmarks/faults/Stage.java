package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One run: steady load, then a fault, and what became of the requests meanwhile. */
final class Stage implements AutoCloseable {

    private static final Duration CLIENT_LIMIT = Duration.ofSeconds(30);
    private static final Duration STEADY = Duration.ofSeconds(8);
    private static final Duration LEAD_IN = Duration.ofSeconds(3);
    private static final Duration IN_WITHIN = Duration.ofSeconds(30);
    private static final int WINDOW = 2_000;

    private final Rig rig;
    private final Client client = new Client(CLIENT_LIMIT);
    private final Load load;
    private final Watch watch;
    private final Map<String, Double> figures = new TreeMap<>();
    private final List<Fleet.Gateway> gateways;
    private final long steadyFrom;
    private long steadyTo;
    private long from;
    private long to = Long.MAX_VALUE;
    private Predicate<Load.Reply> counted = _ -> true;
    private Predicate<Load.Reply> asItShould = Load.Reply::isGood;

    /** Returns when the steady stretch is over. */
    Stage(Rig rig, double share, long seed) throws InterruptedException {
        this.rig = rig;
        this.gateways = new ArrayList<>(rig.gateways());
        this.watch = new Watch(gateways.getFirst());
        this.load = Load.start(client, rig.targets(), rig.texts(), share * rig.capacity(), seed);
        load.goOn(LEAD_IN);
        steadyFrom = System.nanoTime();
        load.goOn(STEADY);
        steadyIsOver();
    }

    /** What follows touches none of the stretch's requests: they count as steady, and those under way do not. */
    private void steadyIsOver() throws InterruptedException {
        steadyTo = System.nanoTime();
        load.goOnUntilAnswered(steadyTo);
        from = System.nanoTime();
    }

    Rig rig() {
        return rig;
    }

    Load load() {
        return load;
    }

    Watch watch() {
        return watch;
    }

    Client client() {
        return client;
    }

    Fleet.Node victim() {
        return rig.victim();
    }

    Target firstTarget() {
        return rig.targets().getFirst();
    }

    /** What counts of the stretch before the fault. */
    List<Load.Reply> steady() {
        return counted(load.between(steadyFrom, steadyTo));
    }

    /** The stretch before the fault has as many requests that count as the one after it. */
    void steadyAsLong() throws InterruptedException {
        load.goOnUntil(steadyFrom, WINDOW, counted);
        steadyIsOver();
    }

    /** The fault is now. */
    long begin() {
        from = System.nanoTime();
        return from;
    }

    /** Nothing counts that is due from now on. */
    long end() {
        to = System.nanoTime();
        return to;
    }

    /** Lets the load go on until the window has enough requests that count. */
    void fill() throws InterruptedException {
        load.goOnUntil(from, WINDOW, counted);
    }

    /** Only these count, in the window and before. */
    void count(Predicate<Load.Reply> which) {
        counted = which;
    }

    /** What does not count as failed from the fault on, where that is not the right answer alone. */
    void expect(Predicate<Load.Reply> what) {
        asItShould = what;
    }

    void figure(String name, double value) {
        figures.put(name, value);
    }

    /** Ends the load, and sums up. */
    Outcome outcome(String fault, int run) throws InterruptedException {
        load.finish();
        List<Load.Reply> all = counted(load.all());
        List<Load.Reply> failed = new Window(from, to).failed(all, asItShould);
        figures.put(Outcome.REQUESTS, (double) window().size());
        figures.put(Outcome.FAILED, (double) failed.size());
        figures.put(
                Outcome.WRONG, (double) all.stream().filter(Load.Reply::isWrong).count());
        figures.put(Outcome.STEADY, p99OfGood(steady()));
        figures.put(Outcome.WINDOW, p99OfGood(window()));
        double lost = gatewaysLost();
        figures.put(Outcome.GATEWAYS_LOST, lost);
        String notes = Load.failures(failed) + (lost > 0 ? " a gateway was lost" : "");
        return new Outcome(fault, rig.gateways().size(), run, figures, notes.strip());
    }

    private static double p99OfGood(List<Load.Reply> replies) {
        return Load.percentile(replies.stream().filter(Load.Reply::isGood).toList(), 99);
    }

    /** How many do not say how they are, or did not at some time, that should. */
    private double gatewaysLost() throws InterruptedException {
        int lost = 0;
        for (Fleet.Gateway gateway : gateways) {
            lost += Watch.answers(gateway) ? 0 : 1;
        }
        return Math.max(lost, watch.wasInVain() ? 1 : 0);
    }

    /** What was under way when the fault began, and what was due from then on. */
    List<Load.Reply> window() {
        return counted(new Window(from, to).of(load.all()));
    }

    private List<Load.Reply> counted(List<Load.Reply> replies) {
        return replies.stream().filter(counted).toList();
    }

    /** Time out of rotation, by the first gateway's word, into {@link Outcome#OUT}. */
    void awaitOut(String node, Duration limit) throws IOException, InterruptedException {
        figure(Outcome.OUT, watch.millisUntilOut(node, from, limit));
    }

    /** From now on, whether all nodes are in rotation, by the first gateway's word. */
    Lookout lookout() {
        return new Lookout(
                rig.fleet().nodes().stream().map(Fleet.Node::name).collect(Collectors.toSet()), watch::states);
    }

    /** Kills a gateway, which is not missed then. */
    void kill(Fleet.Gateway gateway) {
        gateways.remove(gateway);
        gateway.process().kill();
    }

    /**
     * Starts a node anew that has ended, and finds out into {@link Outcome#UNTIL_IN} how long after it was ready it was in
     * rotation, the longest of all.
     *
     * @return when it was ready
     */
    long replace(Fleet.Node ended) throws ExecutionException, InterruptedException {
        // neither waits until it answers requests, which is looked for every half second
        Future<Long> ready = Background.start(() -> Rig.awaitReady(ended.port()));
        Future<Double> until = Background.start(() -> watch.millisUntilIn(ended.name(), ready.get(), IN_WITHIN) / 1000);
        rig.replace(ended);
        figures.merge(Outcome.UNTIL_IN, until.get(), Math::max);
        return ready.get();
    }

    @Override
    public void close() {
        load.close();
        client.close();
        watch.close();
    }
}
