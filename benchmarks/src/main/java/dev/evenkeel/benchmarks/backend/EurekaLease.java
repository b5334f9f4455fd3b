package dev.evenkeel.benchmarks.backend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.json.JsonMapper;

/**
 * An instance's place in the registry, by Eureka's REST operations: registered, renewed every second, given back.
 */
public final class EurekaLease implements AutoCloseable {

    private static final String APP = "MODEL-SERVICE";
    private static final int RENEWAL_SECONDS = 1;
    private static final int EXPIRY_SECONDS = 3;
    private static final int NOT_FOUND = 404;

    private final HttpClient http;
    private final URI app;
    private final URI instance;
    private final byte[] registration;
    private final Thread renewals;
    private volatile boolean held = true;

    /** @param registry ends in {@code /eureka/} */
    public EurekaLease(HttpClient http, URI registry, String instanceId, int port)
            throws IOException, InterruptedException {
        this.http = http;
        app = registry.resolve("apps/" + APP);
        instance = registry.resolve("apps/" + APP + "/" + instanceId);
        registration = JsonMapper.builder()
                .build()
                .writeValueAsBytes(Map.of(
                        "instance",
                        Map.ofEntries(
                                Map.entry("instanceId", instanceId),
                                Map.entry("app", APP),
                                Map.entry("vipAddress", "model-service"),
                                Map.entry("secureVipAddress", "model-service"),
                                Map.entry("hostName", "127.0.0.1"),
                                Map.entry("ipAddr", "127.0.0.1"),
                                Map.entry("status", "UP"),
                                Map.entry("port", Map.of("$", port, "@enabled", "true")),
                                Map.entry("securePort", Map.of("$", 443, "@enabled", "false")),
                                Map.entry(
                                        "dataCenterInfo",
                                        Map.of(
                                                "@class",
                                                "com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo",
                                                "name",
                                                "MyOwn")),
                                Map.entry(
                                        "leaseInfo",
                                        Map.of(
                                                "renewalIntervalInSecs", RENEWAL_SECONDS,
                                                "durationInSecs", EXPIRY_SECONDS)),
                                Map.entry(
                                        "metadata",
                                        Map.of("management.port", Integer.toString(port), "node-name", instanceId)))));
        register();
        renewals = Thread.ofPlatform().daemon().name("renew-" + instanceId).start(this::renew);
    }

    private void register() throws IOException, InterruptedException {
        int status = send(HttpRequest.newBuilder(app)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(registration)));
        if (status >= 300) {
            throw new IOException(app + " answered " + status + " to a registration");
        }
    }

    private void renew() {
        while (held) {
            try {
                Thread.sleep(Duration.ofSeconds(RENEWAL_SECONDS));
                if (send(HttpRequest.newBuilder(instance).PUT(HttpRequest.BodyPublishers.noBody())) == NOT_FOUND) {
                    register();
                }
            } catch (IOException e) {
                System.err.println("renewal: " + e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(5)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Returns when the process is asked to end, and the leases have been given back. */
    static void holdUntilTheEnd(List<EurekaLease> leases) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            leases.forEach(EurekaLease::close);
                            end.countDown();
                        },
                        "give-back"));
        System.out.println("ready");
        end.await();
    }

    @Override
    public void close() {
        held = false;
        renewals.interrupt();
        try {
            send(HttpRequest.newBuilder(instance).DELETE());
        } catch (IOException e) {
            System.err.println("de-registration: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
