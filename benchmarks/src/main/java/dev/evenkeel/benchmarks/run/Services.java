package dev.evenkeel.benchmarks.run;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.Cleanup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts the services of this source tree from the jars that a build left in it, and waits until they answer. */
public final class Services implements AutoCloseable {

    private static final Duration ASK_AGAIN = Duration.ofMillis(100);
    private static final int OK = 200;

    private final Path root;
    private final Path logs;
    private final Cleanup cleanup;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /**
     * Finds the jars below {@code root}.
     *
     * @param root the source tree
     * @param logs where each process's output goes
     */
    public Services(Path root, Path logs, Cleanup cleanup) {
        this.root = root;
        this.logs = logs;
        this.cleanup = cleanup;
    }

    /** Starts a registry in the background and returns when it answers. */
    public Child startRegistry(int port, String cpus) throws InterruptedException {
        return startRegistry("registry", port, cpus, List.of());
    }

    /** As the other, one of several. */
    public Child startRegistry(String name, int port, String cpus, List<URI> peers) throws InterruptedException {
        List<String> args = new ArrayList<>(List.of("--server.port=" + port));
        if (!peers.isEmpty()) {
            args.add("--EVENKEEL_REGISTRY_PEERS="
                    + peers.stream().map(URI::toString).collect(Collectors.joining(",")));
            args.add("--EVENKEEL_REGISTRY_JOIN=true");
        }
        Child registry = start(name, "registry-service", cpus, true, List.of("-Xmx192m", "-XX:+UseSerialGC"), args);
        await(registry, registryUri(port).resolve("apps"), Duration.ofMinutes(3));
        return registry;
    }

    /** Where a registry on this port is asked. */
    public static URI registryUri(int port) {
        return URI.create("http://localhost:" + port + "/eureka/");
    }

    /** Starts the runnable jar of a module; {@code benchmarks} takes the name of a command first. */
    public Child start(String name, String module, String cpus, List<String> jvmFlags, List<String> args) {
        return start(name, module, cpus, false, jvmFlags, args);
    }

    private Child start(
            String name, String module, String cpus, boolean background, List<String> jvmFlags, List<String> args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-jar", jar(module).toString()));
        command.addAll(args);
        return cleanup.add(Child.start(name, logs, cpus, background, command));
    }

    /**
     * The runnable jar of a module.
     *
     * @param module its folder below the source tree; the jar has the name of the last part
     * @throws Options.Wrong when there is none
     */
    public Path jar(String module) {
        Path target = root.resolve(module).resolve("target");
        String artifact = String.valueOf(Path.of(module).getFileName());
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file ->
                            file.getFileName().toString().matches(artifact + "-[^/]*(?<!-sources|-tests)\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new Options.Wrong("no jar of " + module + " in " + target + ": build it first"));
        } catch (IOException e) {
            throw new Options.Wrong("no " + target + ": build " + module + " first");
        }
    }

    /**
     * Waits until a GET is answered with 200.
     *
     * @throws IllegalStateException with the end of the process's log when it ends, or time is up
     */
    public void await(Child child, URI uri, Duration patience) throws InterruptedException {
        await(child, HttpRequest.newBuilder(uri).build(), patience);
    }

    /** Waits until a POST of JSON is answered with 200. */
    public void await(Child child, URI uri, byte[] json, Duration patience) throws InterruptedException {
        await(child, post(uri, json, Duration.ofSeconds(30)), patience);
    }

    private void await(Child child, HttpRequest request, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        String last = "nothing";
        while (child.alive() && System.nanoTime() < end) {
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == OK) {
                    return;
                }
                last = response.statusCode() + " " + response.body();
            } catch (IOException notYet) {
                last = notYet.toString();
            }
            Thread.sleep(ASK_AGAIN);
        }
        throw new IllegalStateException(child.name() + (child.alive() ? " is not ready; " : " ended; ") + request.uri()
                + " answered " + last + "; its log ends\n" + child.logTail());
    }

    /** How long one POST takes; the limit when it fails or takes longer. */
    public Duration timeOf(URI uri, byte[] json, Duration limit) throws InterruptedException {
        long start = System.nanoTime();
        try {
            int status = http.send(post(uri, json, limit), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status == OK ? Duration.ofNanos(System.nanoTime() - start) : limit;
        } catch (IOException e) {
            return limit;
        }
    }

    private static HttpRequest post(URI uri, byte[] json, Duration limit) {
        return HttpRequest.newBuilder(uri)
                .timeout(limit)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                .build();
    }

    /** Ends one before the run's end. */
    public void stop(Child child) {
        cleanup.close(child);
    }

    @Override
    public void close() {
        http.close();
    }
}
