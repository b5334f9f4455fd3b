package dev.evenkeel.benchmarks.overhead;

import dev.evenkeel.benchmarks.backend.NullBackend;
import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.Cleanup;
import dev.evenkeel.benchmarks.host.CpuUse;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.load.Bodies;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.ClosedLoop;
import dev.evenkeel.benchmarks.load.Measurement;
import dev.evenkeel.benchmarks.load.Measurement.Latency;
import dev.evenkeel.benchmarks.load.OpenLoop;
import dev.evenkeel.benchmarks.load.Target;
import dev.evenkeel.benchmarks.load.Trace;
import dev.evenkeel.benchmarks.peer.Proxies;
import dev.evenkeel.benchmarks.profile.Profile;
import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Results;
import dev.evenkeel.benchmarks.run.Services;
import dev.evenkeel.benchmarks.run.Session;
import dev.evenkeel.benchmarks.run.Turns;
import dev.evenkeel.benchmarks.run.Usage;
import dev.evenkeel.benchmarks.run.Versions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * CPU per request and added latency of gateway-service and of the stock gateway, side by side: all of them are up for
 * the whole run, and the same arrivals go to each in turn.
 */
public final class GatewayOverhead {

    private static final String PATH = "/v1/embeddings";
    private static final String DIRECT = "direct";
    private static final String STOCK = "stock lb://";
    private static final String OURS = "gateway-service";
    private static final String PROFILE = "profile.csv";
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(10);
    private static final int CLOSED_LOOP_CONCURRENCY = 32;

    /** About 200 bytes, as a request for one sentence's embedding has. */
    private static final byte[] BODY = """
            {"model":"%s","input":"The quick brown fox jumps over the lazy dog while the rest of the fleet keeps an \
            even keel in weather that would have sunk the others","encoding_format":"float"}""".formatted(NullBackend.MODEL).getBytes(StandardCharsets.UTF_8);

    private static final Bodies BODIES = _ -> BODY;

    /** @param gateway whose CPU counts; the null backend itself for {@link #DIRECT} */
    private record Subject(String name, Target target, Child gateway) {

        URI uri() {
            return URI.create("http://localhost:" + target.address().getPort() + PATH);
        }
    }

    private record Run(
            String subject,
            String rate,
            double load,
            int repeat,
            Measurement measurement,
            Latency latency,
            Usage.Cores cores) {

        double microsPerRequest() {
            return cores.of(subject) * cores.seconds() * 1e6 / measurement.requests();
        }
    }

    private final Options options;
    private final Results results;
    private final Services services;
    private final Cleanup cleanup;
    private final Client client = new Client(TIME_LIMIT);
    private final List<Run> runs = new ArrayList<>();

    /** What the slower of the two gateways finishes a second, once all are warm. */
    private double finished = Double.NaN;

    /** Cores that each uses with nothing to do. */
    private final Map<String, Double> idle = new HashMap<>();

    private final Table csv = new Table(
            "rate",
            "load",
            "repeat",
            "subject",
            "requests",
            "errors",
            "mean_ms",
            "p50_ms",
            "p90_ms",
            "p99_ms",
            "p999_ms",
            "max_ms",
            "gateway_cpu_us_per_request",
            "generator_cores",
            "backend_cores",
            "idle_gateways_cores",
            "others_cores",
            "stolen_cores",
            "late_p50_ms",
            "late_p99_ms",
            "session");

    private final Table profile = new Table("subject", "kind", "name", "us_per_request", "session");

    private GatewayOverhead(Options options, Results results, Services services, Cleanup cleanup) {
        this.services = services;
        this.cleanup = cleanup;
        this.options = options;
        this.results = results;
    }

    public static void run(String[] args) throws Exception {
        Options options = new Options()
                .with("root", ".", "the source tree, built")
                .with("out", "benchmarks/results", "where the run's folder goes")
                .with("rates", "500,half", "requests a second; 'half' is half of what the slower gateway can finish")
                .with("repeats", "5", "measured stretches of each subject at each rate")
                .with("warm-up", "30", "seconds of full load on each subject before anything is measured")
                .with("lead-in", "5", "seconds of load before each measured stretch")
                .with("measure", "30", "seconds of a measured stretch")
                .with("seed", "1", "of the arrivals")
                .with("gateway-cpus", "1", "CPUs of the gateways")
                .with("backends", "3", "null nodes behind them")
                .with("gateway-jvm", Fleet.GATEWAY_JVM, "flags of both gateways, as bin/evenkeel has them")
                .with("gateway-args", "", "further arguments of gateway-service")
                .with(
                        "proxies",
                        "haproxy-leastconn-tuned,nginx-least-conn-tuned",
                        "what else is run; nothing: only gateways")
                .with("peers", "benchmarks/peers", "the proxies' configurations")
                .with("profile", "30", "seconds in which each gateway is profiled at the last rate; 0: it is not")
                .with("rows", "", "a folder that gets overhead.csv and profile.csv")
                .with("session", "", "that those rows are of; nothing: one of their own")
                .parse(args);
        if (options.text("session").isEmpty()) {
            Session own = Session.of(Instant.now(), Versions.commit(Path.of(options.text("root"))));
            options.set("session", own.id());
        }
        Results results = new Results(Path.of(options.text("out")), "gateway-overhead");
        try (Cleanup cleanup = new Cleanup();
                Services services = new Services(Path.of(options.text("root")), results.logs(), cleanup)) {
            new GatewayOverhead(options, results, services, cleanup).run();
        }
        if (!options.text("rows").isEmpty()) {
            Path rows = Path.of(options.text("rows"));
            Files.copy(results.file("runs.csv"), rows.resolve("overhead.csv"), StandardCopyOption.REPLACE_EXISTING);
            if (Files.exists(results.file(PROFILE))) {
                Files.copy(results.file(PROFILE), rows.resolve(PROFILE), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void run() throws Exception {
        results.report("# gateway-overhead");
        results.report("");
        results.report("`%s`", options.commandLine());
        results.report("");
        results.report("%s", Results.machine());
        results.report("");
        List<Subject> subjects = start();
        warmUp(subjects);
        double half = Math.floor(finished / 2);
        idle(subjects);
        double last = half;
        for (String rate : options.list("rates")) {
            double perSecond = rate.equals("half") ? half : Double.parseDouble(rate);
            String label = String.format(Locale.ROOT, "%.0f/s", perSecond);
            measure(subjects, label, perSecond);
            report(label);
            last = perSecond;
        }
        if (options.number("profile") > 0) {
            for (Subject subject : subjects) {
                if (subject.name().equals(STOCK) || subject.name().equals(OURS)) {
                    profile(subject, subjects, last);
                }
            }
        }
        client.close();
        results.progress("written to %s", results.file("report.md"));
    }

    private List<Subject> start() throws InterruptedException {
        int backends = options.integer("backends");
        List<Integer> ports = new ArrayList<>(Ports.free(backends + 5));
        List<Integer> nodes = ports.subList(5, ports.size());
        URI registryUri = Services.registryUri(ports.getFirst());
        services.startRegistry(ports.getFirst(), "");
        Child backend = NullBackend.start(services, "", nodes, registryUri);

        String cpus = options.text("gateway-cpus");
        String zone = "--eureka.client.service-url.defaultZone=" + registryUri;
        Child stock = StockGateway.start(
                services, "stock-gateway", cpus, options.words("gateway-jvm"), zone, ports.get(1), ports.get(2));
        List<String> ourArgs = new ArrayList<>(
                List.of(zone, "--server.port=" + ports.get(3), "--management.server.port=" + ports.get(4)));
        ourArgs.addAll(options.words("gateway-args"));
        Child ours = services.start("gateway-service", "gateway-service", cpus, options.words("gateway-jvm"), ourArgs);

        List<Subject> subjects = new ArrayList<>(List.of(
                new Subject(DIRECT, Target.local(nodes.getFirst(), PATH), backend),
                new Subject(STOCK, Target.local(ports.get(1), PATH), stock),
                new Subject(OURS, Target.local(ports.get(3), PATH), ours)));
        for (String name : options.list("proxies")) {
            int port = Ports.free(1).getFirst();
            Child proxy = cleanup.add(Proxies.start(
                    name, Path.of(options.text("peers")), results.logs().resolve(name), cpus, port, nodes, _ -> {
                        throw new Options.Wrong("null nodes have nothing to feed " + name + " with");
                    }));
            subjects.add(new Subject(name, Target.local(port, PATH), proxy));
        }
        for (Subject subject : subjects) {
            URI uri =
                    URI.create("http://localhost:" + subject.target().address().getPort() + PATH);
            services.await(subject.gateway(), uri, BODY, STARTS_WITHIN);
            results.progress("%s answers", subject.name());
        }
        return subjects;
    }

    /**
     * Puts each under full load, so that its code is compiled; what they finish is measured when all of that is over: the
     * first one was not as warm as it would be.
     */
    private void warmUp(List<Subject> subjects) throws InterruptedException {
        Duration warmUp = options.seconds("warm-up");
        for (Subject subject : subjects) {
            double perSecond = fullLoad(subject, subjects, warmUp);
            results.progress("%s finishes %.0f/s, hardly warm", subject.name(), perSecond);
        }
        finished = Double.MAX_VALUE;
        for (Subject subject : subjects) {
            double perSecond = fullLoad(subject, subjects, warmUp.dividedBy(3));
            results.report(
                    "%s finishes %.0f/s in a closed loop of %d.", subject.name(), perSecond, CLOSED_LOOP_CONCURRENCY);
            // a proxy that is not ours sets no pace
            if (subject.name().equals(STOCK) || subject.name().equals(OURS)) {
                finished = Math.min(finished, perSecond);
            }
        }
        results.report("");
    }

    private double fullLoad(Subject subject, List<Subject> subjects, Duration leadIn) throws InterruptedException {
        putUnderTest(subject, subjects);
        Duration measured = options.seconds("warm-up").dividedBy(3);
        return ClosedLoop.run(client, List.of(subject.target()), BODIES, CLOSED_LOOP_CONCURRENCY, leadIn, measured)[0];
    }

    /** What polls, registry and timers take of each: all are awake, and nobody is asked anything. */
    private void idle(List<Subject> subjects) throws InterruptedException {
        for (Subject subject : subjects) {
            subject.gateway().resume();
        }
        for (Subject subject : subjects) {
            services.await(subject.gateway(), subject.uri(), BODY, STARTS_WITHIN);
        }
        Thread.sleep(options.seconds("lead-in"));
        Map<String, Supplier<Duration>> parts = new LinkedHashMap<>();
        subjects.forEach(each -> parts.put(each.name(), each.gateway()::cpu));
        Usage usage = new Usage(parts);
        Thread.sleep(options.seconds("measure"));
        idle.putAll(usage.soFar().parts());
    }

    /** All others are paused meanwhile, so that their polls cost nothing; the null nodes never are. */
    private void putUnderTest(Subject subject, List<Subject> subjects) throws InterruptedException {
        for (Subject each : subjects) {
            if (isAwake(each.name(), subject.name())) {
                each.gateway().resume();
            } else {
                each.gateway().pause();
            }
        }
        services.await(subject.gateway(), subject.uri(), BODY, STARTS_WITHIN);
    }

    /** Whether one may run while another is measured. */
    static boolean isAwake(String name, String underTest) {
        return name.equals(DIRECT) || name.equals(underTest);
    }

    private void measure(List<Subject> subjects, String label, double perSecond) throws Exception {
        SplittableRandom seeds = new SplittableRandom(options.integer("seed"));
        for (int repeat = 1; repeat <= options.integer("repeats"); repeat++) {
            List<Subject> order = Turns.of(subjects, options.integer("seed"), repeat);
            long leadInSeed = seeds.nextLong();
            long seed = seeds.nextLong();
            for (Subject subject : order) {
                putUnderTest(subject, subjects);
                OpenLoop.send(
                                client,
                                subject.target(),
                                Trace.poisson(new SplittableRandom(leadInSeed), perSecond, options.seconds("lead-in")),
                                BODIES)
                        .await();
                Trace trace = Trace.poisson(new SplittableRandom(seed), perSecond, options.seconds("measure"));
                Map<String, Supplier<Duration>> parts = new LinkedHashMap<>();
                parts.put("generator", CpuUse::ofMyself);
                subjects.forEach(each -> parts.put(each.name(), each.gateway()::cpu));
                Usage usage = new Usage(parts);
                Measurement measurement =
                        OpenLoop.send(client, subject.target(), trace, BODIES).await();
                Run run = new Run(
                        subject.name(),
                        label,
                        perSecond / finished,
                        repeat,
                        measurement,
                        measurement.successes(),
                        usage.soFar());
                runs.add(run);
                record(run);
            }
        }
    }

    private void profile(Subject subject, List<Subject> subjects, double perSecond) throws Exception {
        putUnderTest(subject, subjects);
        SplittableRandom seeds = new SplittableRandom(options.integer("seed"));
        Trace leadIn = Trace.poisson(seeds.split(), perSecond, options.seconds("lead-in"));
        OpenLoop.send(client, subject.target(), leadIn, BODIES).await();
        Trace trace = Trace.poisson(seeds.split(), perSecond, options.seconds("profile"));
        Profile taken = Profile.of(
                subject.gateway().pid(),
                results.file("profile-%s.jfr".formatted(subject.name().replaceAll("\\W", ""))),
                () -> OpenLoop.send(client, subject.target(), trace, BODIES).await());
        results.report("%n%s at %.0f/s, CPU in us a request:%n", subject.name(), perSecond);
        rows(subject, "part", taken.byPart(), trace.size());
        rows(subject, "class", taken.byClassOfOurs(), trace.size());
    }

    private void rows(Subject subject, String kind, Map<String, Duration> cpu, int requests) {
        Table table = new Table(kind, "us/request");
        cpu.entrySet().stream()
                .sorted(Map.Entry.<String, Duration>comparingByValue().reversed())
                .forEach(part -> {
                    String micros =
                            String.format(Locale.ROOT, "%.2f", part.getValue().toNanos() / 1e3 / requests);
                    table.row(part.getKey(), micros);
                    profile.row(subject.name(), kind, part.getKey(), micros, options.text("session"))
                            .appendLastTo(results.file(PROFILE));
                });
        results.report("%s", table.markdown());
    }

    private void record(Run run) throws Exception {
        Latency latency = run.latency();
        Latency late = run.measurement().lateness();
        double otherGateways = run.cores().parts().entrySet().stream()
                .filter(part -> !List.of("generator", DIRECT, run.subject()).contains(part.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        csv.row(
                        run.rate(),
                        three(run.load()),
                        run.repeat(),
                        run.subject(),
                        run.measurement().requests(),
                        run.measurement().errors(),
                        three(latency.mean()),
                        three(latency.p50()),
                        three(latency.p90()),
                        three(latency.p99()),
                        three(latency.p999()),
                        three(latency.max()),
                        three(run.microsPerRequest()),
                        three(run.cores().of("generator")),
                        three(run.cores().of(DIRECT)),
                        three(otherGateways),
                        three(run.cores().others()),
                        three(run.cores().stolen()),
                        three(late.p50()),
                        three(late.p99()),
                        options.text("session"))
                .appendLastTo(results.file("runs.csv"));
        run.measurement()
                .write(results.file("requests-%s-%d-%s.csv.gz"
                        .formatted(
                                run.rate().replace("/s", ""),
                                run.repeat(),
                                run.subject().replaceAll("\\W", ""))));
        results.progress(
                "%s repeat %d %-15s p50 %.3f p99 %.3f ms, %.1f us CPU, %d errors; others %.2f cores",
                run.rate(),
                run.repeat(),
                run.subject(),
                latency.p50(),
                latency.p99(),
                run.microsPerRequest(),
                run.measurement().errors(),
                run.cores().others());
    }

    private void report(String label) {
        Map<String, List<Run>> bySubject = runs.stream()
                .filter(run -> run.rate().equals(label))
                .collect(Collectors.groupingBy(Run::subject, LinkedHashMap::new, Collectors.toList()));
        List<Run> direct = bySubject.getOrDefault(DIRECT, List.of());
        Table table = new Table(
                label + ": median (range) of " + options.integer("repeats"),
                "gateway CPU, us/request",
                "less what it uses idle",
                "p50, ms",
                "p99, ms",
                "p99.9, ms",
                "added p50, ms",
                "added p99, ms",
                "errors");
        bySubject.forEach((subject, of) -> {
            boolean isDirect = subject.equals(DIRECT);
            table.row(
                    subject,
                    isDirect ? "" : Spread.of(of, Run::microsPerRequest).text(1),
                    isDirect ? "" : lessIdle(of),
                    Spread.of(of, run -> run.latency().p50()).text(2),
                    Spread.of(of, run -> run.latency().p99()).text(2),
                    Spread.of(of, run -> run.latency().p999()).text(2),
                    isDirect ? "" : added(of, direct, Latency::p50),
                    isDirect ? "" : added(of, direct, Latency::p99),
                    of.stream().mapToInt(run -> run.measurement().errors()).sum());
        });
        List<Run> here = runs.stream().filter(run -> run.rate().equals(label)).toList();
        results.report(table.markdown());
        results.report(
                "%s", Usage.warning(Spread.of(here, run -> run.cores().noise()).most()));
        results.report(
                "Generator %s cores, null backend %s; sent late by %s ms at the median and %s at p99; both gateways"
                        + " with nothing to do %.3f cores; everything else on the machine %s cores.",
                Spread.of(here, run -> run.cores().of("generator")).text(2),
                Spread.of(here, run -> run.cores().of(DIRECT)).text(2),
                Spread.of(here, run -> run.measurement().lateness().p50()).text(3),
                Spread.of(here, run -> run.measurement().lateness().p99()).text(3),
                idle.getOrDefault(STOCK, Double.NaN) + idle.getOrDefault(OURS, Double.NaN),
                Spread.of(here, run -> run.cores().noise()).text(2));
        results.report("");
    }

    /** Each repeat against the direct run of the same repeat, which had the same arrivals. */
    private static String added(List<Run> through, List<Run> direct, Function<Latency, Double> figure) {
        double[] differences = new double[Math.min(through.size(), direct.size())];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = figure.apply(through.get(i).latency())
                    - figure.apply(direct.get(i).latency());
        }
        return Spread.of(differences).text(2);
    }

    private String lessIdle(List<Run> through) {
        return Spread.of(
                        through,
                        run -> run.microsPerRequest()
                                - idle.getOrDefault(run.subject(), Double.NaN)
                                        * run.cores().seconds()
                                        * 1e6
                                        / run.measurement().requests())
                .text(1);
    }

    private static String three(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
