package dev.evenkeel.model.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.mock.web.MockHttpServletRequest;

@Timeout(30)
class TurnsTest {

    private final Turns turns = new Turns(1);
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @Test
    void requestsAreParsedOneAfterTheOtherInTheOrderOfTheirComing() throws InterruptedException {
        MockHttpServletRequest first = new MockHttpServletRequest();
        turns.begin(first);
        Thread second = waiting("second");
        Thread third = waiting("third");
        assertThat(begun).isEmpty();
        Turns.end(first);
        second.join();
        third.join();
        assertThat(begun).containsExactly("second", "third");
    }

    @Test
    void aTurnIsGivenBackOnce() throws InterruptedException {
        MockHttpServletRequest first = new MockHttpServletRequest();
        turns.begin(first);
        Turns.end(first);
        Turns.end(first);
        Turns.end(new MockHttpServletRequest());
        turns.begin(first);
        Thread other = waiting("other");
        assertThat(begun).as("there is one turn still, not two").isEmpty();
        Turns.end(first);
        other.join();
    }

    private Thread waiting(String name) {
        Thread thread = Thread.startVirtualThread(() -> {
            MockHttpServletRequest request = new MockHttpServletRequest();
            turns.begin(request);
            begun.add(name);
            Turns.end(request);
        });
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> thread.getState() == Thread.State.WAITING);
        return thread;
    }
}
