package dev.evenkeel.acceptance.manifest;

import static dev.evenkeel.acceptance.manifest.Manifest.elements;

import dev.evenkeel.acceptance.manifest.Build.Workload;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** How pods come, are looked after, and go. */
final class Lifecycle {

    static final String MAIN_PORT = "http";

    private static final Map<String, String> PROBES =
            Map.of("startupProbe", "/readyz", "readinessProbe", "/readyz", "livenessProbe", "/livez");

    /** A gateway is ready when it knows a node: its start is over before that. */
    private static final Map<String, String> PROBES_OF_A_GATEWAY =
            Map.of("startupProbe", "/livez", "readinessProbe", "/readyz", "livenessProbe", "/livez");

    /** Kubernetes' own. */
    private static final int DEFAULT_GRACE_SECONDS = 30;

    /** The default of {@code evenkeel.drain.notice}; counted for all services. */
    private static final Duration DEFAULT_NOTICE = Duration.ofSeconds(2);

    /** Spring's default of {@code spring.lifecycle.timeout-per-shutdown-phase}. */
    private static final Duration DEFAULT_PHASE = Duration.ofSeconds(30);

    /** For what comes before and after those: the JVM's own end, and the kubelet's. */
    private static final Duration REST = Duration.ofSeconds(5);

    private Lifecycle() {}

    /** All three, where clients are served; and no hooks: the drain is in the process. */
    static void probes(Build build, Consumer<String> report) {
        for (Workload workload : build.workloads()) {
            workload.containers().forEach(container -> {
                boolean gateway = workload.owner().name().equals("gateway-service");
                (gateway ? PROBES_OF_A_GATEWAY : PROBES)
                        .forEach((probe, path) -> probe(workload, container, probe, path, report));
                if (container.has("lifecycle")) {
                    report.accept(workload.owner() + ": a hook, where the process drains by itself");
                }
            });
        }
    }

    private static void probe(
            Workload workload, JsonNode container, String name, String path, Consumer<String> report) {
        JsonNode http = container.path(name).path("httpGet");
        if (http.isMissingNode()) {
            report.accept(workload.owner() + ": no " + name + " by HTTP");
            return;
        }
        if (!http.path("path").asString("").equals(path)) {
            report.accept(workload.owner() + ": the " + name + " asks " + http.path("path") + ", not " + path);
        }
        JsonNode port = http.path("port");
        if (!port.asString("").equals(MAIN_PORT)) {
            report.accept(workload.owner() + ": the " + name + " asks the port " + port + ", not " + MAIN_PORT);
        }
        if (elements(container.path("ports")).noneMatch(own -> own.path("name").equals(port))) {
            report.accept(workload.owner() + ": the " + name + " asks the port " + port + ", which there is not");
        }
    }

    /** A new pod is ready before an old one goes. */
    static void rollout(Build build, Consumer<String> report) {
        build.ofKind("Deployment").forEach(deployment -> {
            JsonNode strategy = deployment.json().at("/spec/strategy");
            if (!strategy.path("type").asString("RollingUpdate").equals("RollingUpdate")
                    || !strategy.at("/rollingUpdate/maxUnavailable")
                            .asString("")
                            .equals("0")
                    || strategy.at("/rollingUpdate/maxSurge").asString("0").equals("0")) {
                report.accept(deployment + ": a rollout takes a pod away before there is another");
            }
        });
    }

    /** {@code minAvailable} blocks a drain for ever once there are that few; so does a pod that is never ready. */
    static void disruption(Build build, Consumer<String> report) {
        build.ofKind("PodDisruptionBudget").forEach(budget -> {
            JsonNode spec = budget.json().path("spec");
            if (spec.has("minAvailable")
                    || spec.path("maxUnavailable").asString("0").matches("0%?")) {
                report.accept(budget + ": can block the drain of a machine for ever");
            }
            if (!spec.path("unhealthyPodEvictionPolicy").asString("").equals("AlwaysAllow")) {
                report.accept(budget + ": a pod that never gets ready blocks the drain of a machine for ever");
            }
        });
    }

    /** The cluster does not kill what is still answering. */
    static void shutdown(Build build, Consumer<String> report) {
        for (Workload workload : build.workloads()) {
            long grace = workload.pod().path("terminationGracePeriodSeconds").asInt(DEFAULT_GRACE_SECONDS);
            workload.containers()
                    .forEach(container -> ServiceSource.of(Resources.imageName(container))
                            .map(source -> shutdownTime(source, build.environment(container)))
                            .filter(needed -> grace < needed.toSeconds())
                            .ifPresent(needed -> report.accept(workload.owner() + ": terminationGracePeriodSeconds is "
                                    + grace + ", but notice and shutdown may take " + needed.toSeconds())));
        }
    }

    private static Duration shutdownTime(ServiceSource source, Map<String, String> environment) {
        return REST.plus(source.duration("evenkeel.drain.notice", environment).orElse(DEFAULT_NOTICE))
                .plus(source.duration("spring.lifecycle.timeout-per-shutdown-phase", environment)
                        .orElse(DEFAULT_PHASE));
    }
}
