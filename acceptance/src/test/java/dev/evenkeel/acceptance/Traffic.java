package dev.evenkeel.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that ask until they are closed, and compare each answer with the one that a single node gave. Either a few of
 * them ask one question after the other, and pause between, as people do, so that the machine has CPU left for a node that
 * starts; or so many questions come a second, whether those before are answered or not.
 */
final class Traffic implements AutoCloseable {

    static final int CLIENTS = 16;

    private static final long THINKING_MILLIS = 40;
    private static final long HURRIED_MILLIS = 1;

    /** An answer, when it was due to be asked for, when it was there, and from whom. */
    record Reply(String node, long askedAt, long nanoTime) {

        Duration latency() {
            return Duration.ofNanos(nanoTime - askedAt);
        }
    }

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final List<Question> questions;
    private final List<Answer> expected;
    private final AtomicInteger next = new AtomicInteger();
    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean open = true;
    private volatile boolean heldBack;
    private volatile long pauseMillis = THINKING_MILLIS;

    private Traffic(List<Question> questions, List<Answer> expected) {
        this.questions = questions;
        this.expected = expected;
    }

    /** The answers of one node, asked directly. */
    static List<Answer> answersOf(URI node, List<Question> questions) throws IOException, InterruptedException {
        List<Answer> answers = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (Question question : questions) {
                HttpResponse<String> response = http.send(question.at(node), BodyHandlers.ofString());
                if (response.statusCode() != 200) {
                    throw new AssertionError(question + ": " + response.statusCode() + ' ' + response.body());
                }
                answers.add(question.read(response.body()));
            }
        }
        return List.copyOf(answers);
    }

    static Traffic start(URI server, List<Question> questions, List<Answer> expected) {
        Traffic traffic = new Traffic(questions, expected);
        for (int i = 1; i <= CLIENTS; i++) {
            traffic.clients.add(
                    Thread.ofPlatform().name("client-" + i).daemon().start(() -> traffic.askUntilClosed(server)));
        }
        return traffic;
    }

    /** So many questions a second, each on a thread of its own, until it is closed. */
    static Traffic startSteady(URI server, List<Question> questions, List<Answer> expected, int perSecond) {
        Traffic traffic = new Traffic(questions, expected);
        traffic.clients.add(Thread.ofPlatform()
                .name("pace")
                .daemon()
                .start(() -> traffic.askAtPace(server, 1_000_000_000L / perSecond)));
        return traffic;
    }

    /** Waits until there are so many answers; a failure ends the wait. */
    void awaitReplies(long count, Duration limit) {
        Waiting.until(
                count + " answers",
                limit,
                () -> replies.size() >= count || hasFailed() ? Optional.of(true) : Optional.empty());
    }

    /** Waits until a node has given so many answers; a failure ends the wait. */
    void awaitRepliesOf(String node, long count, Duration limit) {
        Waiting.until(
                count + " answers of " + node,
                limit,
                () -> repliesOf(node).size() >= count || hasFailed() ? Optional.of(true) : Optional.empty());
    }

    int count() {
        return replies.size();
    }

    /** The answers to what was due to be asked from then on. */
    List<Reply> repliesSince(long nanoTime) {
        return replies.stream().filter(reply -> reply.askedAt() >= nanoTime).toList();
    }

    List<Reply> repliesOf(String node) {
        return replies.stream().filter(reply -> reply.node().equals(node)).toList();
    }

    /** What went wrong, as far as it is known by now: not 200, another answer, no answer. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** From now on no question begins; those under way go on. */
    void holdBack() {
        heldBack = true;
    }

    void awaitQuiet(Duration limit) {
        Waiting.until(
                "no question is under way", limit, () -> underWay.get() == 0 ? Optional.of(true) : Optional.empty());
    }

    void goOn() {
        heldBack = false;
    }

    /** From now on the clients hardly pause: there is more to do than the nodes have time for. */
    void hurry() {
        pauseMillis = HURRIED_MILLIS;
    }

    @Override
    public void close() {
        open = false;
        Waiting.until(
                "the clients have ended",
                Duration.ofMinutes(1),
                () -> clients.stream().noneMatch(Thread::isAlive) ? Optional.of(true) : Optional.empty());
        http.close();
    }

    private boolean hasFailed() {
        return !failures.isEmpty();
    }

    private void askUntilClosed(URI server) {
        try {
            while (open) {
                underWay.incrementAndGet();
                try {
                    // looked at after the count, so that nobody slips past a pause that saw the count at zero
                    if (!heldBack) {
                        ask(server, next.getAndIncrement() % questions.size(), System.nanoTime());
                    }
                } finally {
                    underWay.decrementAndGet();
                }
                TimeUnit.MILLISECONDS.sleep(pauseMillis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void askAtPace(URI server, long period) {
        try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long due = System.nanoTime(); open; due += period) {
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                long askedAt = due;
                asking.execute(() -> {
                    try {
                        ask(server, next.getAndIncrement() % questions.size(), askedAt);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(URI server, int number, long askedAt) throws InterruptedException {
        Question question = questions.get(number);
        try {
            HttpResponse<String> response = http.send(question.at(server), BodyHandlers.ofString());
            String node = response.headers().firstValue("X-Evenkeel-Node").orElse("nobody");
            if (response.statusCode() != 200) {
                failures.add(question + " by " + node + ": " + response.statusCode() + ' ' + response.body());
            } else if (!question.read(response.body()).agreesWith(expected.get(number))) {
                failures.add(question + " by " + node + ": another answer: " + response.body());
            } else {
                replies.add(new Reply(node, askedAt, System.nanoTime()));
            }
        } catch (IOException | IllegalArgumentException e) {
            failures.add(question + ": " + e);
        }
    }
}
