package dev.evenkeel.acceptance;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Asks again and again until there is something, or the time is over. */
final class Waiting {

    private static final long PERIOD_MILLIS = 20;

    private Waiting() {}

    static <T> T until(String what, Duration limit, Callable<Optional<T>> question) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                Optional<T> answer = question.call();
                if (answer.isPresent()) {
                    return answer.get();
                }
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("not within " + limit + ": " + what);
                }
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting: " + what, e);
        } catch (Exception e) {
            throw new AssertionError("while waiting: " + what, e);
        }
    }
}
