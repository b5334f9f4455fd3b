package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Many requests of every kind: bodies with a length and in chunks, refused ones, ones that are sent twice, and three in ten
 * whose client leaves. Nothing is left of any; that no buffer is, {@link BufferLeaks} sees to.
 */
@TestPropertySource(
        properties = {
            "evenkeel.max-body=8KB",
            "evenkeel.max-bodies=512KB",
            // those that hold room do so for as long as it takes
            "evenkeel.door.body-timeout=30m",
            // nodes stay in rotation however they fail, and each failure is retried
            "evenkeel.balancer.ejection-failures=1000000",
            "evenkeel.balancer.max-ejected=0",
            "evenkeel.retry.budget-share=1",
            "evenkeel.retry.budget-per-second=1000",
        })
@ExtendWith(OutputCaptureExtension.class)
class ManyRequestsTest extends GatewayFixture {

    private static final int CLIENTS = 16;

    /** What allocators take at once and keep for later: some chunks, for as many threads. */
    private static final long SLACK = 16L << 20;

    private static final int LONGEST = 8_192;

    /** That many of the longest are all that may be inside. */
    private static final int ROOM = 64;

    /** So many requests have one of each kind, and more of the usual ones. */
    private static final int ROUND = 20;

    private static final String START = "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    private static final String LAST_CHUNK = "0\r\n\r\n";

    /** Tells a node what to do with a request. */
    private static final String SCRIPT = "X-Script";

    private static final String FULL = "{\"full\":1}";
    private static final String END_OF_ERROR = "}}";

    private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();

    @Test
    void nothingIsLeftOfRequestsOfEveryKind(CapturedOutput output) throws Exception {
        assertNothingIsLeft(75, output);
    }

    @Test
    @Tag("faults")
    void nothingIsLeftOfAHundredThousand(CapturedOutput output) throws Exception {
        assertNothingIsLeft(100_000 / ROUND, output);
    }

    private void assertNothingIsLeft(int rounds, CapturedOutput output) throws Exception {
        // the third for one that one node has failed and whose connection to the other breaks
        for (String name : List.of("a", "b", "c")) {
            ScriptedNode node = addNode(name + "-" + System.identityHashCode(this));
            node.behaviour = (request, response) ->
                    Mono.delay(Duration.ofMillis(5)).then(Mono.defer(() -> Mono.from(answer(node, request, response))));
        }
        send(rounds / 3);
        long before = directMemory();
        send(rounds);
        await("nothing is outstanding", () -> outstanding() == 0);
        await("no attempt is under way", () -> started.stream().allMatch(node -> node.inside() == 0));
        assertThat(directMemory() - before).as("bytes more than before").isLessThan(SLACK);
        assertThat(output).doesNotContain("failed in the gateway").doesNotContain("onErrorDropped");
    }

    private Publisher<Void> answer(ScriptedNode node, HttpServerRequest request, HttpServerResponse response) {
        String script = request.requestHeaders().get(SCRIPT, "");
        if (script.equals("full")) {
            return node.answerAs(node.id, 429, FULL, response);
        }
        return script.startsWith("once") && failedOnce.add(script)
                ? node.answerAs(node.id, 503, "{}", response)
                : node.answer(request, response);
    }

    private void send(int rounds) throws Exception {
        together(rounds * ROUND, this::sendOne);
        assertThat(failedOnce).as("requests that were sent twice").hasSize(rounds);
        failedOnce.clear();
        List<Client> holders = takeAllRoom();
        together(rounds, (_, n) -> sendWithoutRoom(n));
        for (Client each : holders) {
            each.finish(text(LONGEST).substring(1));
        }
    }

    /** The n-th request, over a connection that is kept unless its client leaves, or has to. */
    private void sendOne(Client kept, int n) throws Exception {
        String small = text(60);
        switch (n % ROUND) {
            case 0, 1, 2 -> leave(whole(small));
            case 3 -> leave(whole(text(LONGEST)).substring(0, 1_000));
            case 4 -> leave(START + CHUNKED + chunk(small));
            case 5 -> leave(START + CHUNKED + chunk(small) + "10\r\nhalf");
            case 6 -> refuse(413, START + "Content-Length: " + (LONGEST + 1) + "\r\n\r\n{");
            case 7 -> refuse(413, START + CHUNKED + chunk("x".repeat(LONGEST)) + chunk("x"));
            case 8 -> kept.exchange(400, END_OF_ERROR, whole("{\"model\":"));
            case 9 -> kept.exchange(400, END_OF_ERROR, START + CHUNKED, chunk("no "), chunk("JSON"), LAST_CHUNK);
            case 10 -> kept.exchange(429, FULL, scripted("full", small));
            case 11 -> kept.exchange(200, ScriptedNode.ANSWER, scripted("once-" + n, small));
            case 12, 13 -> {
                String body = text(2_000);
                kept.exchange(
                        200,
                        ScriptedNode.ANSWER,
                        START + CHUNKED,
                        chunk(body.substring(0, 700)),
                        chunk(body.substring(700)) + LAST_CHUNK);
            }
            case 14 -> kept.exchange(200, ScriptedNode.ANSWER, whole(text(LONGEST)));
            default -> kept.exchange(200, ScriptedNode.ANSWER, whole(small));
        }
    }

    /** Refused before anything of it is read, or with the first of it in hand. */
    private void sendWithoutRoom(int n) throws Exception {
        String body = text(500);
        refuse(429, n % 2 == 0 ? whole(body) : START + CHUNKED + chunk(body));
    }

    /** Clients that are asked for their bodies and take their time: there is no room for another byte. */
    private List<Client> takeAllRoom() throws Exception {
        List<Client> holders = new ArrayList<>();
        for (int i = 0; i < ROOM; i++) {
            holders.add(takeRoom());
        }
        return holders;
    }

    /** As soon as there is some: clients that have left are noticed by and by. */
    private Client takeRoom() throws Exception {
        AtomicReference<Client> holder = new AtomicReference<>();
        Awaitility.await("there is room").atMost(PATIENCE).untilAsserted(() -> {
            Client client = new Client();
            holder.set(client);
            client.begin(START + "Expect: 100-continue\r\nContent-Length: " + LONGEST + "\r\n\r\n");
        });
        return holder.get();
    }

    private interface Task {
        void run(Client kept, int n) throws Exception;
    }

    private void together(int requests, Task task) throws Exception {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(clients.submit(() -> {
                    try (Client kept = new Client()) {
                        for (int n = next.getAndIncrement(); n < requests; n = next.getAndIncrement()) {
                            task.run(kept, n);
                            if (n % 1_000 == 0) {
                                started.forEach(node -> node.received.clear());
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    private void leave(String request) throws Exception {
        try (Client client = new Client()) {
            client.write(request);
        }
    }

    private void refuse(int status, String request) throws Exception {
        try (Client client = new Client()) {
            client.exchange(status, END_OF_ERROR, request);
        }
    }

    private static String whole(String body) {
        return START + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String scripted(String script, String body) {
        return whole(body).replaceFirst("\r\n", "\r\n" + SCRIPT + ": " + script + "\r\n");
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    /** A good body of that length. */
    private static String text(int length) {
        String without = OPENAI_BODY.replace("a text", "");
        return OPENAI_BODY.replace("a text", "x".repeat(length - without.length()));
    }

    private static long directMemory() {
        long adaptive = ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider measured
                ? measured.metric().usedDirectMemory()
                : 0;
        return adaptive + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    /** A connection. */
    private final class Client implements AutoCloseable {

        private final Socket socket;
        private final InputStream in;

        Client() throws Exception {
            socket = connect();
            // pieces are to be pieces, and not to wait for each other
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void write(String text) throws Exception {
            GatewayFixture.write(socket, text);
        }

        void exchange(int status, String end, String... pieces) throws Exception {
            for (String piece : pieces) {
                write(piece);
            }
            String head = readUntil(in, "\r\n");
            // another answer would not end as this one does
            assertThat(head).as(() -> String.join("", pieces)).startsWith("HTTP/1.1 " + status);
            readUntil(in, end);
        }

        /** Until its body is asked for, and with the first byte of it. */
        void begin(String head) throws Exception {
            exchange(100, "\r\n", head);
            write("{");
        }

        void finish(String rest) throws Exception {
            exchange(200, ScriptedNode.ANSWER, rest);
            close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
