package dev.evenkeel.model;

import com.sun.management.OperatingSystemMXBean;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.OrcaText;
import dev.evenkeel.load.measure.WorkRate;
import dev.evenkeel.model.api.ApiConfiguration;
import dev.evenkeel.model.api.ApiSettings;
import dev.evenkeel.model.api.OwnRequests;
import dev.evenkeel.model.health.MemoryGuard;
import dev.evenkeel.model.health.NodeCondition;
import dev.evenkeel.model.health.NodeHealth;
import dev.evenkeel.model.health.NodeLifecycle;
import dev.evenkeel.model.health.Registry;
import dev.evenkeel.model.health.Watchdog;
import dev.evenkeel.model.health.WatchdogHealth;
import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.ModelSettings;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.predict.Engine;
import dev.evenkeel.model.predict.EngineKind;
import dev.evenkeel.model.predict.LoadedModel;
import dev.evenkeel.model.predict.OutputSettings;
import dev.evenkeel.model.report.Cpus;
import dev.evenkeel.model.report.LoadEndpoint;
import dev.evenkeel.model.report.LoadFilter;
import dev.evenkeel.model.report.LoadReporter;
import dev.evenkeel.model.report.NodeMeters;
import dev.evenkeel.model.weights.DownloadSettings;
import dev.evenkeel.model.weights.ModelSource;
import dev.evenkeel.model.weights.Weights;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Who is given to whom. The clocks are here and nowhere else. */
@Configuration(proxyBeanMethods = false)
class Wiring {

    private static final Logger log = LoggerFactory.getLogger(Wiring.class);

    private static final long ORIGIN = System.nanoTime();

    /** The machine is read five times a second: neighbours come and go within seconds, and a reading costs 0.1 ms. */
    private static final long SAMPLE_MILLIS = 200;

    /** A refusal takes a moment. */
    private static final int REFUSING_THREADS = 32;

    /** Nanoseconds since the start: never negative. */
    private static long nanoTime() {
        return System.nanoTime() - ORIGIN;
    }

    /** How many threads predict, decided once: everything that is sized by it agrees. */
    record Workers(int count, int threadsEach, int grantedCpus) {}

    @Bean
    Workers workers(EvenkeelProperties properties) {
        int granted = Cpus.granted(Runtime.getRuntime().availableProcessors());
        Workers workers = new Workers(properties.workersOn(granted), properties.engineThreads(), granted);
        if (workers.count * workers.threadsEach > granted) {
            log.warn(
                    "{} workers of {} threads on {} CPUs: more threads than CPUs make every prediction slower",
                    workers.count,
                    workers.threadsEach,
                    granted);
        }
        return workers;
    }

    @Bean
    WorkRate workRate(Workers workers) {
        return new WorkRate(workers.count);
    }

    @Bean
    Watchdog watchdog(EvenkeelProperties properties, Workers workers) {
        EvenkeelProperties.Watchdog limits = properties.watchdog();
        return new Watchdog(
                new Watchdog.Limits(limits.minimum(), limits.factor(), limits.restartAfter()),
                workers.count,
                Wiring::nanoTime);
    }

    @Bean
    MemoryGuard memoryGuard(EvenkeelProperties properties, ObjectProvider<LoadReporter> reporter) {
        return new MemoryGuard(
                () -> reporter.getObject().memoryShare(), properties.memory().refuseAt(), Wiring::giveMemoryBack);
    }

    @Bean
    Inference inference(
            EvenkeelProperties properties,
            Workers workers,
            WorkRate rate,
            Watchdog watchdog,
            MemoryGuard memory,
            ObjectProvider<NodeMeters> meters) {
        Path dir = Path.of(properties.weightsDir());
        Path nativeDir = dir.resolve("djl");
        Engine.configure(nativeDir, workers.threadsEach);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Inference.of(
                new Inference.Settings(
                        properties.models().stream().map(Wiring::settings).toList(),
                        workers.count,
                        properties.maxQueueWork(),
                        properties.maxRequests(),
                        properties.memory().maxRequest().toBytes()),
                new Inference.Parts(
                        Weights.in(dir, DownloadSettings.DEFAULT, Wiring::nanoTime),
                        (model, folder) ->
                                loaded(engine(model.engine(), nativeDir, workers.threadsEach), model, folder),
                        new Inference.Clocks(Wiring::nanoTime, threads::getCurrentThreadCpuTime),
                        rate,
                        watchdog,
                        memory::refuses,
                        meters::getObject));
    }

    private static LoadedModel loaded(Engine engine, ModelSettings model, Path folder) throws IOException {
        String name = model.source().name();
        return model.task() == Task.TENSOR
                ? engine.loadTensors(name, folder, model.tensors())
                : engine.load(name, folder, model.output());
    }

    private static Engine engine(Optional<EngineKind> kind, Path nativeDir, int threads) {
        return kind.map(named -> switch (named) {
                    case PYTORCH -> Engine.pyTorch(nativeDir, threads);
                    case ONNXRUNTIME -> Engine.onnxRuntime(nativeDir, threads);
                })
                .orElseGet(() -> Engine.byFile(nativeDir, threads));
    }

    private static ModelSettings settings(ModelProperties model) {
        return new ModelSettings(
                new ModelSource(model.requiredName(), model.requiredUrl(), Optional.ofNullable(model.sha256())),
                model.version(),
                model.aliases(),
                model.requiredTask(),
                Optional.ofNullable(model.engine()),
                new OutputSettings(model.pooling(), model.normalize()),
                model.tensorSettings(),
                model.maxBatch(),
                model.maxBatchTokens(),
                optional(model.maxTokens()),
                model.workers(),
                model.required());
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    @Bean
    NodeMeters nodeMeters(MeterRegistry registry) {
        return new NodeMeters(registry, version());
    }

    private static String version() {
        return Objects.requireNonNullElse(Wiring.class.getPackage().getImplementationVersion(), "development");
    }

    @Bean
    NodeLifecycle nodeLifecycle(
            EvenkeelProperties properties,
            Workers workers,
            Inference inference,
            Registry registry,
            Environment environment,
            ConfigurableApplicationContext context,
            ObjectProvider<NodeLifecycle> lifecycle) {
        return new NodeLifecycle(
                () -> {
                    inference.load();
                    ownRequests(properties, environment)
                            .send(
                                    inference.models(),
                                    properties.warmUp(),
                                    () -> lifecycle.getObject().state() == NodeState.WARMING);
                    return readyLine(properties, workers, inference, environment);
                },
                registry,
                properties.drain().notice(),
                failure -> exit(context));
    }

    private static OwnRequests ownRequests(EvenkeelProperties properties, Environment environment)
            throws URISyntaxException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        URI server = new URI(
                "http",
                null,
                environment.getProperty("server.address", "127.0.0.1"),
                environment.getRequiredProperty("local.server.port", Integer.class),
                "/",
                null,
                null);
        return new OwnRequests(
                server,
                Math.min(OwnRequests.USUAL, properties.maxRequests()),
                system::getProcessCpuTime,
                Wiring::nanoTime);
    }

    /**
     * Ends the process with 1. The thread is no daemon: once the context is closed there is no other of that kind, and the
     * JVM would end with 0 before the exit code is given.
     */
    private static void exit(ConfigurableApplicationContext context) {
        Thread.ofPlatform()
                .daemon(false)
                .name("exit")
                .start(() -> System.exit(SpringApplication.exit(context, () -> 1)));
    }

    private static String readyLine(
            EvenkeelProperties properties, Workers workers, Inference inference, Environment environment) {
        String models = inference.models().stream()
                .map(model -> model.name() + " " + model.version() + " ("
                        + model.task().wireName() + ")")
                .collect(Collectors.joining(", "));
        return "Ready: %s; %d workers of %d threads on %d CPUs; port %s, management port %s; weights in %s; instance %s"
                .formatted(
                        models,
                        workers.count,
                        workers.threadsEach,
                        workers.grantedCpus,
                        environment.getProperty("local.server.port"),
                        environment.getProperty("local.management.port", "none"),
                        Path.of(properties.weightsDir()).toAbsolutePath().normalize(),
                        properties.instanceId());
    }

    /** What the node is ready for; everything that says or shows it asks this. */
    @Bean
    NodeCondition nodeCondition(ObjectProvider<NodeLifecycle> lifecycle, Watchdog watchdog, MemoryGuard memory) {
        return new NodeCondition(() -> lifecycle.getObject().state(), watchdog::stalled, memory::refuses);
    }

    @Bean
    LoadReporter loadReporter(Inference inference, WorkRate rate, NodeCondition condition) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return LoadReporter.ofThisMachine(
                Runtime.getRuntime()::availableProcessors,
                () -> system.getProcessCpuTime() / 1e9,
                Wiring::nanoTime,
                condition,
                inference::backlog,
                rate);
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService machineSampling(LoadReporter reporter, MemoryGuard memory) {
        return every(SAMPLE_MILLIS, "sample-machine", () -> {
            reporter.sample();
            memory.sample();
        });
    }

    /** A thread of its own: what it watches for must not be able to hold it up. */
    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService watching(Watchdog watchdog) {
        return every(Watchdog.INTERVAL.toMillis(), "watchdog", watchdog::look);
    }

    private static void giveMemoryBack() {
        System.gc();
        Engine.giveMemoryBack();
    }

    private static ScheduledExecutorService every(long millis, String name, Runnable task) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
        Runnable lasting = () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // a scheduler would end the task for good
                log.error("{} failed, and goes on", name, e);
            }
        };
        var repeated = thread.scheduleWithFixedDelay(lasting, millis, millis, TimeUnit.MILLISECONDS);
        Objects.requireNonNull(repeated);
        return thread;
    }

    /** The outermost filter: whatever answers, the report goes with it. */
    @Bean
    FilterRegistrationBean<LoadFilter> loadFilter(
            EvenkeelProperties properties, LoadReporter reporter, ObjectProvider<NodeMeters> meters) {
        FilterRegistrationBean<LoadFilter> filter = new FilterRegistrationBean<>(
                new LoadFilter(properties.instanceId(), reporter, meters::getObject, Wiring::nanoTime));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    /**
     * Requests run on platform threads, one for each that may be inside and some that refuse the others. On virtual threads,
     * a node of one CPU that is sent more than it can read answers nobody: its one carrier takes what comes from the same
     * queue for as long as that is not empty, and the answers come from another.
     */
    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> requestThreads(EvenkeelProperties properties) {
        return factory -> factory.addProtocolHandlerCustomizers(handler -> {
            if (handler instanceof AbstractProtocol<?> protocol) {
                protocol.setMaxThreads(properties.maxRequests() + REFUSING_THREADS);
            }
        });
    }

    @Bean
    LoadEndpoint loadEndpoint(EvenkeelProperties properties, LoadReporter reporter, Inference inference) {
        return new LoadEndpoint(
                () -> new NodeStatus(properties.instanceId(), OrcaText.encode(reporter.report()), inference.costs()));
    }

    /** Named for the readiness group: {@code node}. */
    @Bean
    NodeHealth nodeHealthIndicator(NodeCondition condition) {
        return new NodeHealth(condition);
    }

    /** Named for the liveness group: {@code watchdog}. */
    @Bean
    WatchdogHealth watchdogHealthIndicator(Watchdog watchdog) {
        return new WatchdogHealth(watchdog::pastSaving);
    }

    @Bean
    ApiConfiguration.Parts apiParts(
            EvenkeelProperties properties,
            Workers workers,
            Inference inference,
            NodeCondition condition,
            ObjectProvider<NodeMeters> meters) {
        Map<Task, String> defaults = new EnumMap<>(Task.class);
        defaults.put(Task.EMBEDDING, properties.defaultModels().embedding());
        defaults.put(Task.CLASSIFICATION, properties.defaultModels().classification());
        defaults.put(Task.RERANK, properties.defaultModels().rerank());
        return new ApiConfiguration.Parts(
                new ApiSettings(
                        properties.maxInputs(),
                        properties.maxRequests(),
                        Math.toIntExact(properties.maxBody().toBytes()),
                        properties.maxTimeout(),
                        workers.count,
                        workers.grantedCpus,
                        version(),
                        System.currentTimeMillis() / 1_000),
                inference,
                defaults,
                condition,
                model -> meters.getObject().statistics(model));
    }
}
