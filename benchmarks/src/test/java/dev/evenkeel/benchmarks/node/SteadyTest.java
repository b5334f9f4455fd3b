package dev.evenkeel.benchmarks.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.benchmarks.load.Bodies;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One client against a server that serves one connection as each test says. */
class SteadyTest {

    private static final Bodies BODIES = _ -> "{}".getBytes(StandardCharsets.UTF_8);
    private static final String WHOLE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    private static final String REFUSED = "HTTP/1.1 429 \r\nContent-Length: 0\r\n\r\n";
    private static final String LAST = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";

    private ServerSocket listening;

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stopListening() throws IOException {
        listening.close();
    }

    @Test
    void aServerThatAnswersAllAndSaysWhichIsTheLastLosesNothing() throws IOException {
        Steady load = answered(WHOLE, CHUNKED, LAST);

        assertThat(load.answered()).isEqualTo(3);
        assertThat(load.failures()).isEmpty();
    }

    @Test
    void aRequestOnAnOpenConnectionThatGetsNoAnswerIsLost() throws IOException {
        Steady load = answered(WHOLE, "");

        assertThat(load.answered()).isOne();
        assertThat(load.failed()).isOne();
        assertThat(load.failures()).containsEntry("-1", 1);
    }

    @Test
    void halfAnAnswerIsALoss() throws IOException {
        Steady load = answered("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}");

        assertThat(load.answered()).isZero();
        assertThat(load.failed()).isOne();
    }

    @Test
    void aRefusalIsAFailureByItsStatus() throws IOException {
        Steady load = answered(REFUSED, LAST);

        assertThat(load.answered()).isOne();
        assertThat(load.failures()).containsEntry("429", 1).hasSize(1);
    }

    /** Answers the first requests of one connection, and closes it; nobody listens by then, so the client goes home. */
    private Steady answered(String... answers) throws IOException {
        Steady load = new Steady(listening.getLocalPort(), BODIES, 1);
        try (Socket connection = listening.accept()) {
            listening.close();
            InputStream in = connection.getInputStream();
            for (String answer : answers) {
                readRequest(in);
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            }
        }
        load.awaitHome();
        return load;
    }

    private static void readRequest(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (!request.toString().endsWith("{}")) {
            request.append((char) in.read());
        }
    }
}
