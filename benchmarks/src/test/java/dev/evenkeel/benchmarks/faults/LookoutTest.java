package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class LookoutTest {

    private static final Map<String, String> WELL = Map.of("a", "UP", "b", "UP", "c", "UP");

    @Test
    void whoWasOutForAMomentOrUnknownWasOut() throws Exception {
        Queue<Map<String, String>> moments = new ArrayBlockingQueue<>(3);
        moments.add(Map.of("a", "EJECTED", "b", "UP", "c", "UP"));
        moments.add(Map.of("a", "UP", "b", "UP", "stranger", "EJECTED"));
        CountDownLatch over = new CountDownLatch(1);
        try (Lookout lookout = new Lookout(WELL.keySet(), () -> {
            Map<String, String> now = moments.poll();
            if (now == null) {
                over.countDown();
                return WELL;
            }
            return now;
        })) {
            over.await();
            assertThat(lookout.out()).containsExactly("a", "c");
        }
    }

    @Test
    void nobodyIsTakenToBeThereWhenNobodyCanBeAsked() {
        try (Lookout lookout = new Lookout(Set.of("a"), () -> {
            throw new IOException("the gateway is gone");
        })) {
            assertThatThrownBy(lookout::out).isInstanceOf(ExecutionException.class);
        }
    }
}
