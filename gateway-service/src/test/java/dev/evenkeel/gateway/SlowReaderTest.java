package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** Clients that ask, and do not read what they are answered. */
@TestPropertySource(
        properties = {
            "evenkeel.max-body=1MB",
            "evenkeel.max-bodies=40MB",
            "evenkeel.retry.max-whole-response=64MB",
            "evenkeel.door.answer-timeout=1s",
            // not for what is tried on the connection to see whether it is open
            "evenkeel.door.head-timeout=10m",
        })
class SlowReaderTest extends GatewayFixture {

    /** More than the buffers of both sockets hold. */
    private static final int LONG = 16 << 20;

    private ScriptedNode only;

    @BeforeEach
    void oneNode() {
        only = addNode("only-" + System.identityHashCode(this));
    }

    /** What is held for it would stay in memory, and it has all the time that it likes. */
    @Test
    void whoDoesNotReadIsCutOffAndWhoReadsGetsAll() throws Exception {
        only.behaviour = (_, response) -> only.answerAs(only.id, 200, "x".repeat(LONG), response);
        try (Socket idle = ask();
                Socket reader = ask()) {
            assertThat(readUntil(reader.getInputStream(), "\r\n\r\n")).startsWith("HTTP/1.1 200");
            assertThat(reader.getInputStream().readNBytes(LONG)).hasSize(LONG);
            await("it is cut off", () -> isClosed(idle));
            assertThat(ejected(only)).isFalse();
            assertThat(outstanding()).isZero();
        }
    }

    /** Of what is held the client sees nothing before it is whole, and of what is passed on it sees the head. */
    @Test
    void whatDoesNotFitInMemoryBesideTheOthersIsPassedOnAsItComes() throws Exception {
        only.behaviour = (_, response) -> ScriptedNode.babble(
                response, "HTTP/1.1 200 OK\r\nContent-Length: " + (41 << 20) + "\r\n\r\nthe first of it");
        try (Socket client = connectAndSend(OPENAI_BODY)) {
            assertThat(readUntil(client.getInputStream(), "\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
    }

    /** A client that writes to a connection which is closed is told so. */
    private static boolean isClosed(Socket client) {
        try {
            client.getOutputStream().write('\n');
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    /** A client that reads nothing by itself, with little room where the kernel could do that for it. */
    private Socket ask() throws Exception {
        Socket client = new Socket();
        client.setReceiveBufferSize(4 << 10);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        write(
                client,
                "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + OPENAI_BODY.length() + "\r\n\r\n"
                        + OPENAI_BODY);
        return client;
    }
}
