package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.Target;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final Texts TEXTS = new Texts(List.of(new byte[] {'{', '}'}), List.of(new float[] {1}));

    /** The client would wait for longer. */
    @Test
    void whatIsNotAnsweredByTheEndHasTimedOut() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
                Client client = new Client(Duration.ofMinutes(1));
                Load load = Load.start(client, List.of(Target.local(mute.getLocalPort(), "/")), TEXTS, 500, 1)) {
            load.goOn(Duration.ofMillis(200));
            assertThat(load.all()).isEmpty();

            load.finish(Duration.ofMillis(50));

            assertThat(load.all()).isNotEmpty().allMatch(reply -> reply.status() == Client.TIMED_OUT);
            assertThat(load.all()).allMatch(reply -> reply.millis() >= 50);
        }
    }
}
