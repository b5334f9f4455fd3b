package dev.evenkeel.acceptance.manifest;

import static dev.evenkeel.acceptance.manifest.Manifest.elements;

import dev.evenkeel.acceptance.manifest.Build.Workload;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What is named somewhere exists elsewhere. */
final class References {

    private static final String MANAGEMENT = "management";
    private static final String VERSION_LABEL = "app.kubernetes.io/version";

    /** The variables by which an image is told where to listen, and the names of those ports. */
    private static final Map<String, String> LISTENS =
            Map.of("PORT", Lifecycle.MAIN_PORT, "MANAGEMENT_PORT", MANAGEMENT);

    private References() {}

    /** Every selector finds the pods of exactly one workload: none is a typo, two are somebody else's. */
    static void selectors(Build build, Consumer<String> report) {
        build.ofKind("Service")
                .forEach(service -> selector(build, service, service.json().at("/spec/selector"), report));
        Stream.of("PodDisruptionBudget", "Deployment", "StatefulSet", "DaemonSet")
                .flatMap(build::ofKind)
                .forEach(owner -> labelSelector(build, owner, report));
        for (Workload workload : build.workloads()) {
            if (!workload.matches(workload.owner().json().at("/spec/selector/matchLabels"))) {
                report.accept(workload.owner() + ": the selector does not match its own pods");
            }
            elements(workload.pod().path("topologySpreadConstraints"))
                    .map(constraint -> constraint.at("/labelSelector/matchLabels"))
                    .filter(labels -> !workload.matches(labels))
                    .forEach(
                            _ -> report.accept(workload.owner() + ": the topology spread does not match its own pods"));
        }
    }

    private static void labelSelector(Build build, Manifest owner, Consumer<String> report) {
        JsonNode selector = owner.json().at("/spec/selector");
        if (selector.has("matchExpressions")) {
            report.accept(owner + ": a selector by expressions, which this check does not read");
        }
        selector(build, owner, selector.path("matchLabels"), report);
    }

    private static void selector(Build build, Manifest owner, JsonNode matchLabels, Consumer<String> report) {
        long found = build.workloads().stream()
                .filter(workload -> workload.matches(matchLabels))
                .count();
        if (found != 1) {
            report.accept(owner + ": pods of " + found + " workloads match the selector " + matchLabels);
        }
        if (matchLabels.has(VERSION_LABEL)) {
            report.accept(owner + ": the selector has a version, and could not be changed with it");
        }
    }

    /** A Service's ports are the pods', and a container listens where it says that it does. */
    static void ports(Build build, Consumer<String> report) {
        build.ofKind("Service").forEach(service -> servicePorts(build, service, report));
        for (Workload workload : build.workloads()) {
            workload.containers()
                    .forEach(container -> LISTENS.forEach((variable, name) -> {
                        String port = build.environment(container).getOrDefault(variable, "");
                        if (!port.isEmpty()
                                && elements(container.path("ports")).noneMatch(said -> isPort(said, name, port))) {
                            report.accept(workload.owner() + ": " + variable + " is " + port + ", and the port " + name
                                    + " is not");
                        }
                    }));
        }
    }

    private static boolean isPort(JsonNode said, String name, String number) {
        return said.path("name").asString("").equals(name)
                && said.path("containerPort").asString("").equals(number);
    }

    private static void servicePorts(Build build, Manifest service, Consumer<String> report) {
        for (Workload workload : build.workloads()) {
            if (!workload.matches(service.json().at("/spec/selector"))) {
                continue;
            }
            elements(service.json().at("/spec/ports")).forEach(port -> {
                JsonNode target = port.has("targetPort") ? port.path("targetPort") : port.path("port");
                workload.port(target)
                        .ifPresentOrElse(
                                found -> {
                                    if (found.path("name").asString("").equals(MANAGEMENT)) {
                                        report.accept(service + ": the management port is for nobody but the scraper");
                                    }
                                },
                                () -> report.accept(service + ": the pods have no port " + target));
            });
        }
    }

    /** ConfigMaps, their keys, Secrets, claims, service accounts and volumes. */
    static void names(Build build, Consumer<String> report) {
        for (Workload workload : build.workloads()) {
            JsonNode pod = workload.pod();
            exists(build, workload, "ServiceAccount", pod.path("serviceAccountName"), report);
            elements(pod.path("volumes")).forEach(volume -> {
                exists(build, workload, "ConfigMap", volume.at("/configMap/name"), report);
                exists(build, workload, "Secret", volume.at("/secret/secretName"), report);
                exists(build, workload, "PersistentVolumeClaim", volume.at("/persistentVolumeClaim/claimName"), report);
            });
            workload.allContainers().forEach(container -> {
                elements(container.path("envFrom")).forEach(source -> {
                    exists(build, workload, "ConfigMap", source.at("/configMapRef/name"), report);
                    exists(build, workload, "Secret", source.at("/secretRef/name"), report);
                });
                elements(container.path("env")).forEach(variable -> {
                    keyExists(build, workload, "ConfigMap", variable.at("/valueFrom/configMapKeyRef"), report);
                    keyExists(build, workload, "Secret", variable.at("/valueFrom/secretKeyRef"), report);
                });
                elements(container.path("volumeMounts"))
                        .map(mount -> mount.path("name"))
                        .filter(name -> elements(pod.path("volumes"))
                                .noneMatch(volume -> volume.path("name").equals(name)))
                        .forEach(name -> report.accept(workload.owner() + ": there is no volume " + name));
            });
        }
    }

    private static void exists(Build build, Workload workload, String kind, JsonNode name, Consumer<String> report) {
        if (name.isString() && build.find(kind, name.asString()).isEmpty()) {
            report.accept(workload.owner() + ": there is no " + kind + " " + name.asString());
        }
    }

    private static void keyExists(
            Build build, Workload workload, String kind, JsonNode reference, Consumer<String> report) {
        exists(build, workload, kind, reference.path("name"), report);
        String key = reference.path("key").asString("");
        build.find(kind, reference.path("name").asString(""))
                .filter(found -> !found.json().path("data").has(key))
                .ifPresent(found -> report.accept(workload.owner() + ": " + found + " has no key " + key));
    }

    /** An address in a pod's environment is a Service of this build, at a port that it has. */
    static void addresses(Build build, Consumer<String> report) {
        for (Workload workload : build.workloads()) {
            workload.allContainers()
                    .forEach(container -> build.environment(container).forEach((variable, value) -> {
                        if (value.matches("https?://.*") && !isService(build, URI.create(value))) {
                            report.accept(workload.owner() + ": " + variable + " is " + value
                                    + ", which is no Service's port");
                        }
                    }));
        }
    }

    private static boolean isService(Build build, URI address) {
        String host = String.valueOf(address.getHost()).replaceFirst("\\..*", "");
        int port = address.getPort() >= 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
        return build.find("Service", host).stream()
                .flatMap(service -> elements(service.json().at("/spec/ports")))
                .anyMatch(found -> found.path("port").asInt(0) == port);
    }

    /** Spring passes over a variable that it knows no property for: a misspelt setting would be none. */
    static void settings(Build build, Consumer<String> report) {
        for (Workload workload : build.workloads()) {
            workload.containers()
                    .forEach(container -> ServiceSource.of(Resources.imageName(container))
                            .ifPresent(source -> build.environment(container).keySet().stream()
                                    .filter(variable -> !source.reads(variable))
                                    .forEach(variable ->
                                            report.accept(workload.owner() + ": nobody reads " + variable))));
        }
    }
}
