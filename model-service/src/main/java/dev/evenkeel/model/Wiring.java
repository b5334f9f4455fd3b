package dev.evenkeel.model;

import com.sun.management.OperatingSystemMXBean;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.OrcaText;
import dev.evenkeel.model.api.ApiConfiguration;
import dev.evenkeel.model.api.ApiSettings;
import dev.evenkeel.model.health.NodeHealth;
import dev.evenkeel.model.health.NodeLifecycle;
import dev.evenkeel.model.health.Registry;
import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.ModelSettings;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.predict.Engine;
import dev.evenkeel.model.report.LoadEndpoint;
import dev.evenkeel.model.report.LoadFilter;
import dev.evenkeel.model.report.LoadReporter;
import dev.evenkeel.model.report.NodeMeters;
import dev.evenkeel.model.report.WorkRate;
import dev.evenkeel.model.weights.Weights;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Who is given to whom. The clocks are here and nowhere else. */
@Configuration(proxyBeanMethods = false)
class Wiring {

    private static final LongSupplier NANO_TIME = System::nanoTime;

    /** The machine is read five times a second: neighbours come and go within seconds, and a reading costs 0.1 ms. */
    private static final long SAMPLE_MILLIS = 200;

    @Bean
    WorkRate workRate(EvenkeelProperties properties) {
        return new WorkRate(properties.workersOr(Runtime.getRuntime().availableProcessors()));
    }

    @Bean
    Inference inference(EvenkeelProperties properties, WorkRate rate, ObjectProvider<NodeMeters> meters)
            throws IOException {
        Path dir = Path.of(properties.weightsDir());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Inference.of(
                models(properties, Weights.in(dir)),
                () -> Engine.pyTorch(dir.resolve("djl")),
                properties.workersOr(Runtime.getRuntime().availableProcessors()),
                properties.maxQueueWork(),
                new Inference.Clocks(NANO_TIME, threads::getCurrentThreadCpuTime),
                rate,
                meters::getObject);
    }

    private static List<ModelSettings> models(EvenkeelProperties properties, Weights weights) {
        List<ModelSettings> models = new ArrayList<>();
        for (int i = 0; i < properties.models().size(); i++) {
            EvenkeelProperties.Model model = properties.models().get(i);
            String prefix = "evenkeel.models[" + i + "].";
            Path folder;
            try {
                folder = weights.folder(model.requiredName(), model.uri(prefix));
            } catch (IOException e) {
                throw new InvalidPropertyException(
                        prefix + "url", model.url(), "a folder with a model's files (" + e.getMessage() + ")");
            }
            models.add(new ModelSettings(
                    model.requiredName(),
                    model.version(),
                    model.aliases(),
                    model.requiredTask(),
                    folder,
                    model.maxBatch(),
                    optional(model.maxBatchTokens()),
                    optional(model.maxTokens())));
        }
        return models;
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    @Bean
    NodeMeters nodeMeters(MeterRegistry registry) {
        return new NodeMeters(registry, version());
    }

    @Bean
    NodeLifecycle nodeLifecycle(
            EvenkeelProperties properties,
            Inference inference,
            Registry registry,
            Environment environment,
            ConfigurableApplicationContext context) {
        return new NodeLifecycle(
                () -> {
                    inference.load();
                    return readyLine(properties, inference, environment);
                },
                registry,
                properties.drain().notice(),
                failure -> System.exit(SpringApplication.exit(context, () -> 1)));
    }

    private static String readyLine(EvenkeelProperties properties, Inference inference, Environment environment) {
        int workers = properties.workersOr(Runtime.getRuntime().availableProcessors());
        String models = inference.models().stream()
                .map(model -> model.name() + " " + model.version() + " ("
                        + model.task().wireName() + ")")
                .collect(Collectors.joining(", "));
        return "Ready: %s; %d workers of 1 thread; port %s, management port %s; weights in %s; instance %s"
                .formatted(
                        models,
                        workers,
                        environment.getProperty("local.server.port"),
                        environment.getProperty("local.management.port", "none"),
                        Path.of(properties.weightsDir()).toAbsolutePath().normalize(),
                        properties.instanceId());
    }

    @Bean
    LoadReporter loadReporter(Inference inference, WorkRate rate, ObjectProvider<NodeLifecycle> lifecycle) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return LoadReporter.ofThisMachine(
                Runtime.getRuntime()::availableProcessors,
                () -> system.getProcessCpuTime() / 1e9,
                NANO_TIME,
                state(lifecycle),
                inference::backlog,
                rate);
    }

    private static Supplier<NodeState> state(ObjectProvider<NodeLifecycle> lifecycle) {
        return () -> lifecycle.getObject().state();
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService machineSampling(LoadReporter reporter) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("sample-machine").factory());
        var sampling =
                thread.scheduleWithFixedDelay(reporter::sample, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
        Objects.requireNonNull(sampling);
        return thread;
    }

    /** The outermost filter: whatever answers, the report goes with it. */
    @Bean
    FilterRegistrationBean<LoadFilter> loadFilter(
            EvenkeelProperties properties, LoadReporter reporter, ObjectProvider<NodeMeters> meters) {
        FilterRegistrationBean<LoadFilter> filter = new FilterRegistrationBean<>(
                new LoadFilter(properties.instanceId(), reporter, meters::getObject, NANO_TIME));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    LoadEndpoint loadEndpoint(EvenkeelProperties properties, LoadReporter reporter, Inference inference) {
        return new LoadEndpoint(
                () -> new NodeStatus(properties.instanceId(), OrcaText.encode(reporter.report()), inference.costs()));
    }

    /** Named for the health group: {@code node}. */
    @Bean
    NodeHealth nodeHealthIndicator(ObjectProvider<NodeLifecycle> lifecycle) {
        return new NodeHealth(state(lifecycle));
    }

    @Bean
    ApiConfiguration.Parts apiParts(
            EvenkeelProperties properties, Inference inference, ObjectProvider<NodeLifecycle> lifecycle) {
        Map<Task, String> defaults = new EnumMap<>(Task.class);
        defaults.put(Task.EMBEDDING, properties.defaultModels().embedding());
        defaults.put(Task.CLASSIFICATION, properties.defaultModels().classification());
        return new ApiConfiguration.Parts(
                new ApiSettings(
                        properties.maxInputs(),
                        Math.toIntExact(properties.maxBody().toBytes()),
                        properties.workersOr(Runtime.getRuntime().availableProcessors()),
                        version(),
                        System.currentTimeMillis() / 1_000),
                inference,
                defaults,
                state(lifecycle));
    }

    private static String version() {
        return Objects.requireNonNullElse(Wiring.class.getPackage().getImplementationVersion(), "development");
    }
}
