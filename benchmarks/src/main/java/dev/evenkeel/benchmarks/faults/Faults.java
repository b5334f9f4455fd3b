package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.backend.FaultyNode;
import dev.evenkeel.benchmarks.faults.Fault.Bar;
import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.LiveHeap;
import dev.evenkeel.benchmarks.host.MemoryGroup;
import dev.evenkeel.benchmarks.host.MemoryHog;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.node.Bench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The rows of the matrix, in their order. */
final class Faults {

    private static final double USUAL_LOAD = 0.6;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int UNPROCESSABLE = 422;
    private static final long MEGA = 1 << 20;

    /** What has not been seen by then has not happened. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration FROZEN = Duration.ofSeconds(20);
    private static final Duration REGISTRY_GONE = Duration.ofSeconds(60);
    private static final Duration PARTITIONED = Duration.ofSeconds(30);
    private static final Duration OVERLOADED = Duration.ofSeconds(60);
    private static final String ADMISSION =
            "--evenkeel.admission.max-queue-delay=200ms --evenkeel.admission.shed-from=0.9";
    private static final int POISONS = 20;
    private static final int REFUSED = 2_000;
    private static final int SLOW_CLIENTS = 500;

    /** MB: of each of a thousand clients that left 3 kB, less than what a request takes while it is inside. */
    private static final double HEAP_MORE = 3;

    /** For each that left; the generator's and the pool's connections are as many as requests were under way at once. */
    private static final double FILES_MORE = 0.25;

    private Faults() {}

    static List<Fault> all() {
        Bar noneFailed = Bar.none(Outcome.FAILED);
        return List.of(
                fault(
                        "kill",
                        "SIGKILL of a node",
                        "0 failed; out in 250 ms",
                        Faults::kill,
                        noneFailed,
                        out(250),
                        Bar.toldMost("sockets_closed_ms")),
                fault(
                        "stop",
                        "SIGSTOP of a node, SIGCONT after 20 s",
                        "0 failed; out in 1 s; back in share 5 s after",
                        Faults::stop,
                        noneFailed,
                        out(1_000),
                        Bar.atMost("back_s", 5)),
                fault(
                        "hang",
                        "a prediction hangs inside a node",
                        "0 failed; out in 1 s",
                        Faults::hang,
                        noneFailed,
                        out(1_000)),
                fault(
                        "memory",
                        "a node's memory goes to 95 % of its limit",
                        "0 failed; out in 1 s; back after release",
                        Faults::memory,
                        noneFailed,
                        out(1_000),
                        Bar.atMost("back_s", 15)),
                fault(
                        "poison",
                        "one request, sent 20 times, hangs any node that takes it",
                        "2 nodes out at most; no other request failed; refused with its reason",
                        Faults::poison,
                        noneFailed,
                        Bar.atMost("nodes_out", 2),
                        Bar.atLeast("nodes_out", 1),
                        Bar.atLeast("refused", POISONS - 1.0)),
                fault(
                        "slow",
                        "a node is granted a tenth of its CPU",
                        "0 failed; its share falls within 2 s; p99 <= 1.5 x",
                        Faults::slow,
                        noneFailed,
                        Bar.atMost("share_after/share_before", 0.5),
                        Bar.atMost(Outcome.WINDOW + "/" + Outcome.STEADY, 1.5),
                        Bar.told("p99_of_three_ms"),
                        Bar.told("p99_of_three_ms/" + Outcome.STEADY)),
                fault(
                        "fails",
                        "a fifth node answers every request at once with 500",
                        "0 failed; 20 attempts on it at most",
                        stage -> faulty(stage, FaultyNode.Kind.FAILS),
                        noneFailed,
                        Bar.atMost("attempts", 20),
                        Bar.atLeast("attempts", 1)),
                fault(
                        "garbage",
                        "a fifth node answers garbage, half an answer, nothing, and closes",
                        "0 wrong answers",
                        stage -> faulty(stage, FaultyNode.Kind.GARBAGE),
                        Bar.none(Outcome.WRONG),
                        Bar.atLeast("attempts", 1)),
                fault("oom", "the kernel kills a node for its memory", "0 failed", Faults::outOfMemory, noneFailed),
                fault(
                        "registry-killed",
                        "the registry is killed for 60 s, and empty when it is back",
                        "0 failed; fleet unchanged",
                        Faults::registryKilled,
                        noneFailed,
                        Bar.none("nodes_lost")),
                fault(
                                "one-registry",
                                "one of two registries is lost with its machine for 60 s, and a node starts meanwhile",
                                "0 failed; fleet unchanged; the new node is known in 2 s",
                                Faults::oneRegistry,
                                noneFailed,
                                Bar.none("nodes_lost"),
                                Bar.atMost("known_s", 2))
                        .needing("--registries 2", options -> options.integer("registries") > 1),
                fault(
                        "registry-cut-from-gateways",
                        "no network between registry and gateways for 30 s",
                        "0 failed",
                        stage -> partition(stage, stage.rig().gatewaysLinks()),
                        noneFailed),
                fault(
                        "registry-cut-from-nodes",
                        "no network between registry and nodes for 30 s",
                        "0 failed",
                        stage -> partition(stage, stage.rig().nodesLinks()),
                        noneFailed),
                fault(
                                "gateway-killed",
                                "one of two gateways is killed, and its clients turn to the other",
                                "the other's p99 and share unmoved",
                                Faults::gatewayKilled,
                                noneFailed,
                                Bar.atMost(Outcome.WINDOW + "/" + Outcome.STEADY, 1.2),
                                Bar.atMost("share_moved", 0.1))
                        .needing("--gateways 2", options -> options.integer("gateways") > 1),
                fault(
                        "rolling-restart",
                        "each node is restarted in turn",
                        "0 failed; each is in rotation 2 s after it is ready, in every run",
                        Faults::rollingRestart,
                        noneFailed,
                        Bar.alwaysAtMost(Outcome.UNTIL_IN, 2)),
                fault(
                        "one-left",
                        "all nodes but one are killed",
                        "excess answered 429 in 20 ms; the one stays at its capacity",
                        Faults::oneLeft,
                        noneFailed,
                        Bar.atMost("refused_p99_ms", 20),
                        Bar.atLeast("of_its_capacity", 0.95),
                        Bar.toldMost("refused_as_poison")),
                fault(
                        "none-left",
                        "all nodes are killed; one comes back",
                        "503 with Retry-After in 50 ms; answers 3 s after the first is back",
                        Faults::noneLeft,
                        noneFailed,
                        Bar.atMost("refused_p99_ms", 50),
                        Bar.atMost("recovered_s", 3),
                        Bar.toldMost("longest_refusal_ms"),
                        Bar.toldMost(Outcome.UNTIL_IN)),
                new Fault(
                                "overload",
                                "twice the capacity for 60 s, `max-queue-delay` at 200 ms, `shed-from` at 0.9",
                                "goodput >= 0.95 x capacity; p99 of what is admitted <= 1.5 x that at load 0.8",
                                0.8,
                                Faults::overload,
                                List.of(
                                        noneFailed,
                                        Bar.atLeast("goodput", 0.95),
                                        Bar.atMost(Outcome.WINDOW + "/" + Outcome.STEADY, 1.5),
                                        Bar.toldMost("refused_p99_ms")))
                        // by default requests wait for up to 5 s
                        .needing(
                                "--gateway-args " + ADMISSION,
                                options -> options.text("gateway-args").contains(ADMISSION)),
                fault(
                        "leaving",
                        "three in ten clients leave before they are answered",
                        "outstanding work back to 0; no leak: 3 MB of heap more at most, and an open file for every fourth that left",
                        Faults::leaving,
                        noneFailed,
                        Bar.none("outstanding"),
                        Bar.alwaysAtMost("heap_mb_more", HEAP_MORE),
                        Bar.alwaysAtMost("files_more/left", FILES_MORE),
                        Bar.none("leaks_told")),
                fault(
                        "slow-clients",
                        "500 connections whose head or body never ends",
                        "cut off; others' p99 <= 1.2 x",
                        Faults::slowClients,
                        noneFailed,
                        Bar.atMost(Outcome.WINDOW + "/" + Outcome.STEADY, 1.2),
                        Bar.none("still_open")));
    }

    private static Fault fault(String id, String title, String bar, Fault.Act act, Bar... bars) {
        return new Fault(id, title, bar, USUAL_LOAD, act, List.of(bars));
    }

    private static Bar out(double millis) {
        return Bar.atMost(Outcome.OUT, millis);
    }

    private static void kill(Stage stage) throws Exception {
        Fleet.Node victim = stage.victim();
        try (Socket witness = new Socket(InetAddress.getLoopbackAddress(), victim.port())) {
            witness.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            long begun = stage.begin();
            victim.process().kill();
            // the kernel closes a process's sockets when it has taken its memory down, by the process's own quota of
            // CPU
            Future<Double> closed = Background.start(() -> {
                boolean isOpen = isOpen(witness);
                return isOpen ? Double.NaN : (System.nanoTime() - begun) / 1e6;
            });
            stage.awaitOut(victim.name(), PATIENCE);
            stage.figure("sockets_closed_ms", closed.get());
        }
        stage.fill();
    }

    private static void stop(Stage stage) throws Exception {
        Fleet.Node victim = stage.victim();
        long begun = stage.begin();
        victim.process().pause();
        stage.awaitOut(victim.name(), PATIENCE);
        stage.load().goOn(FROZEN.minusNanos(System.nanoTime() - begun));
        long thawed = System.nanoTime();
        victim.process().resume();
        stage.load().goOn(Duration.ofSeconds(8));
        stage.fill();
        stage.figure("back_s", secondsUntilInShare(stage, victim.name(), thawed));
    }

    /** Seconds after which the answers of a second were the node's by half of a fair share. */
    private static double secondsUntilInShare(Stage stage, String node, long since) {
        double fair = 0.5 / stage.rig().fleet().nodes().size();
        for (int tenths = 0; tenths < 70; tenths++) {
            long start = since + tenths * 100_000_000L;
            if (Load.share(stage.load().between(start, start + 1_000_000_000L), node) >= fair) {
                return tenths / 10.0 + 1;
            }
        }
        return Double.NaN;
    }

    private static void hang(Stage stage) throws Exception {
        Fleet.Node victim = stage.victim();
        stage.begin();
        try (HttpClient http = HttpClient.newHttpClient()) {
            CompletableFuture<?> poisoned =
                    http.sendAsync(poison(stage, victim.uri()), HttpResponse.BodyHandlers.discarding());
            stage.rig().spoil(victim.name());
            stage.awaitOut(victim.name(), PATIENCE);
            stage.fill();
            poisoned.cancel(true);
            http.shutdownNow();
        }
    }

    private static HttpRequest poison(Stage stage, URI uri) {
        return HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(stage.rig().poison()))
                .build();
    }

    private static void memory(Stage stage) throws Exception {
        String victim = stage.victim().name();
        MemoryGroup group = stage.rig().memory();
        long used = group.used();
        // the warm node stays below the mark by itself
        long limit = Math.max(used + 256 * MEGA, Math.round(used / 0.8));
        group.limit(limit);
        Child hog = MemoryHog.start(stage.rig().bench().results().logs(), Math.round((0.95 * limit - used) / MEGA));
        try (hog) {
            group.add(hog.pid());
            awaitUsed(group, Math.round(0.92 * limit));
            stage.begin();
            stage.awaitOut(victim, PATIENCE);
            stage.load().goOn(Duration.ofSeconds(5));
        }
        long released = System.nanoTime();
        stage.figure("back_s", stage.watch().millisUntilIn(victim, released, PATIENCE) / 1000);
        stage.fill();
    }

    private static void awaitUsed(MemoryGroup group, long bytes) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (group.used() < bytes && System.nanoTime() - end < 0) {
            Thread.sleep(10);
        }
    }

    private static void poison(Stage stage) throws Exception {
        stage.begin();
        int refused = 0;
        String reason = "";
        try (Lookout lookout = stage.lookout();
                HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    poison(stage, stage.rig().gateways().getFirst().uri());
            for (int i = 0; i < POISONS; i++) {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == UNPROCESSABLE && answer.body().contains("stalled or died")) {
                    refused++;
                }
                reason = answer.statusCode() + " " + answer.body();
            }
            stage.fill();
            Set<String> out = lookout.out();
            out.forEach(stage.rig()::spoil);
            stage.figure("nodes_out", (double) out.size());
        }
        stage.figure("refused", (double) refused);
        stage.rig().bench().results().progress("the poison was answered: %s", reason);
    }

    /** Then the node stands still: what the others make of the same load without it, to compare with. */
    private static void slow(Stage stage) throws Exception {
        Fleet.Node victim = stage.victim();
        long begun = stage.begin();
        stage.rig().cpu().grant(0.022);
        stage.load().goOn(Duration.ofSeconds(10));
        stage.fill();
        stage.end();
        stage.figure("share_before", Load.share(stage.steady(), victim.name()));
        stage.figure("share_after", Load.share(stage.load().since(begun + 2_000_000_000L), victim.name()));
        victim.process().pause();
        stage.load().goOn(Duration.ofSeconds(2));
        long alone = System.nanoTime();
        stage.load().goOn(Duration.ofSeconds(10));
        List<Load.Reply> others = stage.load().between(alone, System.nanoTime() - 1_000_000_000L);
        victim.process().resume();
        stage.figure("p99_of_three_ms", Load.percentile(others, 99));
    }

    private static void faulty(Stage stage, FaultyNode.Kind kind) throws Exception {
        try (Fifth fifth = Fifth.start(stage, kind)) {
            stage.begin();
            stage.watch().millisUntilIn(fifth.name(), System.nanoTime(), Duration.ofSeconds(30));
            stage.load().goOn(Duration.ofSeconds(10));
            stage.fill();
            stage.figure("attempts", (double) fifth.attempts());
        }
    }

    /** A node beside the four that answers nothing as it should. */
    private record Fifth(String name, Child process, Bench bench) implements AutoCloseable {

        static Fifth start(Stage stage, FaultyNode.Kind kind) {
            Bench bench = stage.rig().bench();
            String kindName = kind.name().toLowerCase(Locale.ROOT);
            String name = kindName + "-" + System.nanoTime();
            Child process = bench.services()
                    .start(
                            name,
                            "benchmarks",
                            bench.options().text("gateway-cpus"),
                            List.of("-Xmx64m", "-XX:+UseSerialGC"),
                            List.of(
                                    "faulty-node",
                                    "--kind",
                                    kindName,
                                    "--name",
                                    name,
                                    "--model",
                                    Bench.MODEL,
                                    "--port",
                                    Ports.free(1).getFirst().toString(),
                                    "--registry",
                                    stage.rig()
                                            .fleet()
                                            .gatewaysRegistries()
                                            .getLast()
                                            .toString()));
            return new Fifth(name, process, bench);
        }

        long attempts() {
            return process.output()
                    .lines()
                    .filter(line -> line.startsWith(FaultyNode.ATTEMPT))
                    .count();
        }

        @Override
        public void close() {
            bench.services().stop(process);
        }
    }

    private static void outOfMemory(Stage stage) throws Exception {
        Fleet.Node victim = stage.victim();
        MemoryGroup group = stage.rig().memory();
        long kills = group.outOfMemoryKills();
        group.limit(group.used() + 128 * MEGA);
        Files.writeString(Path.of("/proc/" + victim.process().pid() + "/oom_score_adj"), "1000");
        Child hog = MemoryHog.start(stage.rig().bench().results().logs(), 1_000);
        try (hog) {
            group.add(hog.pid());
            stage.begin();
            if (!victim.process().awaitEnd(Duration.ofSeconds(60))) {
                throw new IllegalStateException(
                        "the kernel killed " + (group.outOfMemoryKills() - kills) + ", and not the node");
            }
            // since its end: it may have said before that its memory is short
            stage.figure(Outcome.OUT, stage.watch().millisUntilOut(victim.name(), System.nanoTime(), PATIENCE));
        }
        stage.fill();
    }

    private static void registryKilled(Stage stage) throws Exception {
        stage.begin();
        try (Lookout lookout = stage.lookout()) {
            stage.rig().fleet().registry().kill();
            stage.load().goOn(REGISTRY_GONE);
            registryIsBack(stage, lookout);
        }
    }

    private static void registryIsBack(Stage stage, Lookout lookout) throws Exception {
        stage.rig().fleet().replaceRegistry();
        stage.load().goOn(Duration.ofSeconds(30)); // everybody has registered again
        stage.figure("nodes_lost", (double) lookout.out().size());
    }

    /** Where a machine is lost nobody answers and nobody refuses, which is worse than a killed process. */
    private static void oneRegistry(Stage stage) throws Exception {
        long begun = stage.begin();
        try (Lookout lookout = stage.lookout()) {
            loseFirstRegistry(stage, begun);
            registryIsBack(stage, lookout);
        }
    }

    private static void loseFirstRegistry(Stage stage, long begun) throws Exception {
        stage.rig().linksToFirstRegistry().forEach(Link::cut);
        stage.rig().fleet().registry().kill();
        stage.load().goOn(Duration.ofSeconds(5));
        try (Fifth fifth = Fifth.start(stage, FaultyNode.Kind.FAILS)) {
            long end = System.nanoTime() + REGISTRY_GONE.toNanos();
            while (!fifth.process().output().contains("ready")) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException(fifth.name() + " does not register with the registry that is left");
                }
                stage.load().goOn(Duration.ofMillis(20));
            }
            long ready = System.nanoTime();
            stage.figure("known_s", stage.watch().millisUntilKnown(fifth.name(), ready, PATIENCE) / 1000);
            stage.load().goOn(REGISTRY_GONE.minusNanos(System.nanoTime() - begun));
        } finally {
            stage.rig().linksToFirstRegistry().forEach(Link::mend);
        }
    }

    private static void partition(Stage stage, Collection<Link> links) throws Exception {
        stage.begin();
        links.forEach(Link::cut);
        try {
            stage.load().goOn(PARTITIONED);
        } finally {
            links.forEach(Link::mend);
        }
        stage.load().goOn(Duration.ofSeconds(10));
        stage.fill();
    }

    private static void gatewayKilled(Stage stage) throws Exception {
        stage.count(reply -> reply.target() == 0);
        stage.steadyAsLong();
        stage.begin();
        stage.kill(stage.rig().gateways().getLast());
        stage.load().turnToTheFirst(); // or the fleet's load would halve, and with it what is to stay as it was
        stage.fill();
        List<Load.Reply> before = stage.steady();
        List<Load.Reply> after = stage.window();
        stage.figure(
                "share_moved",
                stage.rig().fleet().nodes().stream()
                        .mapToDouble(node -> Math.abs(Load.share(after, node.name()) - Load.share(before, node.name())))
                        .max()
                        .orElse(Double.NaN));
    }

    private static void rollingRestart(Stage stage) throws Exception {
        stage.begin();
        for (Fleet.Node node : stage.rig().fleet().nodes()) {
            node.process().terminate();
            if (!node.process().awaitEnd(Duration.ofSeconds(80))) {
                throw new IllegalStateException(node.name() + " does not end");
            }
            stage.replace(node);
        }
        stage.fill();
    }

    private static void oneLeft(Stage stage) throws Exception {
        List<Fleet.Node> nodes = stage.rig().fleet().nodes();
        // who was on two of the killed is taken for what killed them
        stage.expect(reply -> reply.isGood() || reply.isPutOff(TOO_MANY_REQUESTS) || reply.status() == UNPROCESSABLE);
        double one = stage.rig().capacityOf(0);
        long begun = stage.begin();
        nodes.subList(1, nodes.size()).forEach(node -> node.process().kill());
        // there is an excess even where the one is the fastest of them
        stage.load().rate(Math.max(USUAL_LOAD * stage.rig().capacity(), 2 * one));
        stage.load().goOn(Duration.ofSeconds(5)); // what the three left behind is queued
        long settled = System.nanoTime();
        stage.load().goOn(Duration.ofSeconds(15));
        stage.fill();
        long end = stage.end();
        stage.load().finish();
        stage.figure("refused_p99_ms", p99(stage.load().between(begun, end), TOO_MANY_REQUESTS));
        stage.figure("refused_as_poison", (double)
                refused(stage.window(), UNPROCESSABLE).size());
        stage.figure("of_its_capacity", answeredPerSecond(stage, settled, end) / one);
    }

    private static void noneLeft(Stage stage) throws Exception {
        List<Fleet.Node> nodes = stage.rig().fleet().nodes();
        stage.expect(reply -> reply.isGood() || reply.isPutOff(TOO_MANY_REQUESTS) || reply.isPutOff(UNAVAILABLE));
        stage.begin();
        nodes.forEach(node -> node.process().kill());
        for (Fleet.Node node : nodes) {
            stage.awaitOut(node.name(), PATIENCE); // the last one's time stands
        }
        long nobody = System.nanoTime();
        stage.load().goOnUntil(nobody, REFUSED, _ -> true);
        stage.figure("refused_p99_ms", p99(stage.load().since(nobody), UNAVAILABLE));
        // who was inside is told when it has been everywhere
        stage.figure("longest_refusal_ms", Load.percentile(refused(stage.window(), UNAVAILABLE), 100));
        long readyAt = stage.replace(nodes.getFirst());
        stage.load().goOn(Duration.ofSeconds(5));
        stage.end();
        stage.figure(
                "recovered_s",
                stage.load()
                        .first(nobody, Load.Reply::isGood)
                        .map(reply -> (reply.at() - readyAt) / 1e9)
                        .orElse(Double.NaN));
    }

    private static void overload(Stage stage) throws Exception {
        stage.expect(reply -> reply.isGood() || reply.isPutOff(TOO_MANY_REQUESTS));
        long begun = stage.begin();
        stage.load().rate(2 * stage.rig().capacity());
        stage.load().goOn(OVERLOADED);
        long end = stage.end();
        stage.load().finish();
        stage.figure(
                "goodput", answeredPerSecond(stage, begun, end) / stage.rig().capacity());
        stage.figure("refused_p99_ms", p99(stage.window(), TOO_MANY_REQUESTS));
    }

    private static void leaving(Stage stage) throws Exception {
        Fleet.Gateway gateway = stage.rig().gateways().getFirst();
        Holdings before = Holdings.of(gateway);
        stage.load().goOn(Duration.ofSeconds(1)); // the collection was felt
        stage.begin();
        double perSecond = 0.3 * USUAL_LOAD * stage.rig().capacity();
        stage.load().rate(0.7 * USUAL_LOAD * stage.rig().capacity());
        int port = gateway.port();
        byte[] body = stage.rig().texts().body(1);
        AtomicInteger left = new AtomicInteger();
        long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        List<Thread> clients = new ArrayList<>();
        for (long due = System.nanoTime(); due - end < 0; due += (long) (1e9 / perSecond)) {
            Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            clients.add(Thread.ofVirtual().start(() -> askAndLeave(port, body, left)));
        }
        for (Thread client : clients) {
            client.join();
        }
        stage.fill();
        stage.figure("left", (double) left.get());
        stage.end();
        // Netty tells of a buffer that was collected when it makes others
        LiveHeap.megabytes(gateway.process());
        stage.load().goOn(Duration.ofSeconds(3));
        stage.load().finish();
        long looked = System.nanoTime();
        double outstanding = outstanding(stage);
        while (outstanding > 0 && System.nanoTime() - looked < PATIENCE.toNanos()) {
            Thread.sleep(100);
            outstanding = outstanding(stage);
        }
        stage.figure("outstanding", outstanding);
        Holdings after = Holdings.of(gateway);
        stage.figure("heap_mb_more", after.heap() - before.heap());
        stage.figure("files_more", after.files() - before.files());
        stage.figure("leaks_told", after.leaks());
    }

    private static void askAndLeave(int port, byte[] body, AtomicInteger left) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(head(body.length, ""));
            socket.getOutputStream().write(body);
            Thread.sleep(left.incrementAndGet() % 20L);
        } catch (IOException e) {
            System.err.println("a client that leaves: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] head(int length, String more) {
        return ("POST " + Fleet.PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + length + "\r\n" + more + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Requests that the first gateway still counts on its nodes. */
    private static double outstanding(Stage stage) throws IOException, InterruptedException {
        return Meters.sum(stage.rig().gateways().getFirst(), "evenkeel_gateway_outstanding_requests");
    }

    private static void slowClients(Stage stage) throws Exception {
        int port = stage.rig().gateways().getFirst().port();
        List<Socket> sockets = new ArrayList<>();
        try {
            stage.begin();
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout(1);
                sockets.add(socket);
                byte[] head = head(1_000, "");
                // half of them never end their head, and half never their body
                socket.getOutputStream().write(head, 0, i % 2 == 0 ? head.length - 10 : head.length);
            }
            stage.load().goOn(Duration.ofSeconds(33)); // the longer of the two limits is 30 s
            stage.fill();
            stage.figure("still_open", (double)
                    sockets.stream().filter(Faults::isOpen).count());
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static boolean isOpen(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // what it was told
            }
            return false;
        } catch (SocketTimeoutException _) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static double p99(List<Load.Reply> replies, int status) {
        return Load.percentile(refused(replies, status), 99);
    }

    private static List<Load.Reply> refused(List<Load.Reply> replies, int status) {
        return replies.stream().filter(reply -> reply.status() == status).toList();
    }

    /** Good answers that came in this time, whenever they were asked for. */
    private static double answeredPerSecond(Stage stage, long from, long to) {
        return stage.load().all().stream()
                        .filter(reply -> reply.isGood() && reply.at() - from >= 0 && reply.at() - to < 0)
                        .count()
                / ((to - from) / 1e9);
    }
}
