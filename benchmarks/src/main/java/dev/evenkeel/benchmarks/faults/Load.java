package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.Target;
import dev.evenkeel.load.Headers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests that arrive as a Poisson process until it is closed, over the gateways in turn; every answer is looked at. */
final class Load implements AutoCloseable {

    static final int OK = 200;
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(40);

    private final Client client;
    private volatile List<Target> targets;
    private final Texts texts;
    private final Map<Integer, Reply> replies = new ConcurrentHashMap<>(); // by the request's number
    private final Set<Pending> unanswered = ConcurrentHashMap.newKeySet();
    private final Thread arrivals;
    private volatile double perSecond;
    private volatile boolean open = true;

    /**
     * What became of one request.
     *
     * @param due on {@link System#nanoTime()}
     * @param latencyNanos from then on
     * @param status as {@link Client} has it
     * @param right whether it is the answer to what was asked; of a 200 only
     * @param node the one that answered, by its name
     * @param target its gateway's place in the list
     * @param retryAfter whether it says when to come again
     */
    record Reply(
            long due,
            long latencyNanos,
            int status,
            boolean right,
            @Nullable String node,
            int target,
            boolean retryAfter) {

        boolean isGood() {
            return status == OK && right;
        }

        boolean isWrong() {
            return status == OK && !right;
        }

        /** It says that the fleet cannot take it now, and when it may. */
        boolean isPutOff(int by) {
            return status == by && retryAfter;
        }

        long at() {
            return due + latencyNanos;
        }

        double millis() {
            return latencyNanos / 1e6;
        }
    }

    /**
     * A request that has no answer yet.
     *
     * @param number in the order in which they were due
     * @param place of its gateway in the list
     */
    private record Pending(int number, long due, Target gateway, int place) {}

    private Load(Client client, List<Target> targets, Texts texts, double perSecond, long seed) {
        this.client = client;
        this.targets = targets;
        this.texts = texts;
        this.perSecond = perSecond;
        this.arrivals =
                Thread.ofPlatform().daemon().name("arrivals").unstarted(() -> arrive(new SplittableRandom(seed)));
    }

    static Load start(Client client, List<Target> targets, Texts texts, double perSecond, long seed) {
        Load load = new Load(client, targets, texts, perSecond, seed);
        load.arrivals.start();
        return load;
    }

    /** From now on so many arrive a second. */
    void rate(double next) {
        perSecond = next;
    }

    /** From now on all of them go to the first gateway: clients do so that find nobody at another address. */
    void turnToTheFirst() {
        targets = targets.subList(0, 1);
    }

    private void arrive(SplittableRandom random) {
        long due = System.nanoTime();
        for (int i = 0; open; i++) {
            due += (long) (-Math.log1p(-random.nextDouble()) / perSecond * 1e9);
            for (long wait = due - System.nanoTime(); wait > 0 && open; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            List<Target> now = targets;
            int place = i % now.size();
            Pending request = new Pending(i, due, now.get(place), place);
            unanswered.add(request);
            client.execute(() -> send(request));
        }
    }

    private void send(Pending request) {
        client.sendForReply(
                request.gateway(),
                texts.body(request.number()),
                (status, headers, body) -> answered(
                        request,
                        status,
                        status == OK && texts.isRight(request.number(), body),
                        headers.get(Headers.NODE),
                        headers.contains("Retry-After")));
    }

    /** The first answer to a request is what became of it. */
    private void answered(Pending request, int status, boolean right, @Nullable String node, boolean retryAfter) {
        long latency = System.nanoTime() - request.due();
        replies.putIfAbsent(
                request.number(), new Reply(request.due(), latency, status, right, node, request.place(), retryAfter));
        unanswered.remove(request);
    }

    /** Lets it go on for a while. */
    void goOn(Duration time) throws InterruptedException {
        Thread.sleep(time); // the time of the run itself: arrivals go on by themselves
    }

    /** Lets it go on until so many of these that were due since then have been answered. */
    void goOnUntil(long since, int count, Predicate<Reply> which) throws InterruptedException {
        while (since(since).stream().filter(which).count() < count) {
            goOn(Duration.ofMillis(200));
        }
    }

    /** Lets it go on until whatever was due before has been answered. */
    void goOnUntilAnswered(long before) throws InterruptedException {
        do {
            goOn(Duration.ofMillis(200));
        } while (unanswered.stream().anyMatch(request -> request.due() - before < 0));
    }

    /** Every reply so far, in the order in which they were due. */
    List<Reply> all() {
        return inOrder(replies.values().stream());
    }

    /** Replies to what was due since then, so far, in the order in which it was due. */
    List<Reply> since(long nanoTime) {
        return inOrder(replies.values().stream().filter(reply -> reply.due() - nanoTime >= 0));
    }

    private static List<Reply> inOrder(Stream<Reply> replies) {
        return replies.sorted(Comparator.comparingLong(Reply::due)).toList();
    }

    List<Reply> between(long from, long to) {
        return since(from).stream().filter(reply -> reply.due() - to < 0).toList();
    }

    /** When the first such answer came to what was due since then. */
    Optional<Reply> first(long since, Predicate<Reply> which) {
        return since(since).stream().filter(which).min(Comparator.comparingLong(Reply::at));
    }

    static double percentile(List<Reply> replies, double percent) {
        double[] millis = replies.stream().mapToDouble(Reply::millis).sorted().toArray();
        return millis.length == 0
                ? Double.NaN
                : millis[Math.min(millis.length - 1, (int) Math.ceil(percent / 100 * millis.length) - 1)];
    }

    /** The share of good answers that the node gave. */
    static double share(List<Reply> replies, String node) {
        List<Reply> good = replies.stream().filter(Reply::isGood).toList();
        return good.isEmpty()
                ? 0
                : (double) good.stream()
                                .filter(reply -> node.equals(reply.node()))
                                .count()
                        / good.size();
    }

    /** How many had each status but a good 200, in words; {@code wrong} is a 200 with another answer. */
    static String failures(List<Reply> replies) {
        int[] statuses = replies.stream()
                .filter(reply -> !reply.isGood())
                .mapToInt(Reply::status)
                .sorted()
                .distinct()
                .toArray();
        StringBuilder text = new StringBuilder();
        for (int status : statuses) {
            long count = replies.stream()
                    .filter(reply -> !reply.isGood() && reply.status() == status)
                    .count();
            text.append(status == OK ? "wrong" : Integer.toString(status))
                    .append('=')
                    .append(count)
                    .append(' ');
        }
        return Arrays.toString(statuses).equals("[]") ? "" : text.toString().strip();
    }

    /** Ends the arrivals, and returns when each request has its answer. */
    void finish() throws InterruptedException {
        finish(LAST_ANSWERS);
    }

    /** As the other; what has no answer by then has timed out, whatever the client makes of it. */
    void finish(Duration patience) throws InterruptedException {
        open = false;
        arrivals.join();
        long end = System.nanoTime() + patience.toNanos();
        while (!unanswered.isEmpty() && System.nanoTime() - end < 0) {
            goOn(Duration.ofMillis(20));
        }
        unanswered.forEach(request -> answered(request, Client.TIMED_OUT, false, null, false));
    }

    @Override
    public void close() {
        try {
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
