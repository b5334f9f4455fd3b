package dev.evenkeel.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientsTest {

    private static final int SERVICE_MILLIS = 20;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Client client = new Client(Duration.ofSeconds(10));
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch answered = new CountDownLatch(20);
    private volatile int status = 200;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            exchange.getRequestBody().readAllBytes();
            LockSupport.parkNanos(Duration.ofMillis(SERVICE_MILLIS).toNanos());
            inside.decrementAndGet();
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
            answered.countDown();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private Clients clients(int count) {
        return Clients.start(client, Target.local(server.getAddress().getPort(), "/"), _ -> new byte[2], count);
    }

    @Test
    void eachClientHasOneRequestInsideAndEachAnswerItsTime() throws InterruptedException {
        Clients.Counted counted;
        try (Clients clients = clients(4)) {
            clients.startCounting();
            answered.await();
            counted = clients.counted();
        }

        assertThat(most).hasValue(4);
        assertThat(counted.failed()).isZero();
        assertThat(counted.nanos().getTotalCount()).isGreaterThanOrEqualTo(16);
        assertThat(counted.millisAt(1)).isGreaterThanOrEqualTo(SERVICE_MILLIS * 0.99);
    }

    @Test
    void nothingIsInsideTheTargetOnceItIsClosed() throws InterruptedException {
        Clients clients = clients(8);
        answered.await();
        clients.close();

        assertThat(inside).hasValue(0);
    }

    @Test
    void whatIsAnsweredBeforeCountingBeginsDoesNotCount() throws InterruptedException {
        try (Clients clients = clients(4)) {
            answered.await();
            clients.startCounting();

            // 20 were answered, of which 4 may still be on their way
            assertThat(clients.counted().nanos().getTotalCount()).isLessThan(16);
        }
    }

    @Test
    void aRefusalIsAFailureAndNoFastAnswer() throws InterruptedException {
        status = 429;
        try (Clients clients = clients(2)) {
            clients.startCounting();
            answered.await();

            assertThat(clients.counted().failed()).isGreaterThanOrEqualTo(18);
            assertThat(clients.counted().nanos().getTotalCount()).isZero();
        }
    }
}
