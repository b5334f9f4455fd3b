package dev.evenkeel.acceptance.manifest;

import static dev.evenkeel.acceptance.manifest.Manifest.elements;

import dev.evenkeel.acceptance.manifest.Build.Workload;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Kubernetes' pod security standard "restricted" (which includes "baseline") as of 1.34, and what goes beyond it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod Security Standards</a>
 */
final class PodSecurity {

    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");
    private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");
    /** AppArmor, SELinux, sysctls and /proc have safe defaults: here nobody sets them. */
    private static final Set<String> LEFT_ALONE =
            Set.of("appArmorProfile", "seLinuxOptions", "sysctls", "procMount", "windowsOptions");

    private PodSecurity() {}

    static void restricted(Build build, Consumer<String> report) {
        for (Workload workload : build.workloads()) {
            Consumer<String> ofPod = violation -> report.accept(workload.owner() + ": " + violation);
            pod(workload.pod(), ofPod);
            workload.allContainers().forEach(container -> container(workload.pod(), container, ofPod));
        }
    }

    private static void pod(JsonNode pod, Consumer<String> report) {
        Stream.of("hostNetwork", "hostPID", "hostIPC")
                .filter(field -> pod.path(field).asBoolean(false))
                .forEach(field -> report.accept(field + " is true"));
        leftAlone(pod.path("securityContext"), report);
        elements(pod.path("volumes"))
                .flatMap(volume -> volume.propertyNames().stream())
                .filter(field -> !field.equals("name") && !VOLUMES.contains(field))
                .forEach(type -> report.accept("a volume of the type " + type));
    }

    private static void container(JsonNode pod, JsonNode container, Consumer<String> report) {
        JsonNode context = container.path("securityContext");
        leftAlone(context, report);
        if (context.path("privileged").asBoolean(false)) {
            report.accept("a privileged container");
        }
        if (context.path("allowPrivilegeEscalation").asBoolean(true)) {
            report.accept("allowPrivilegeEscalation is not false");
        }
        if (!either(pod, context, "runAsNonRoot").asBoolean(false)) {
            report.accept("runAsNonRoot is not true");
        }
        if (pod.at("/securityContext/runAsUser").asInt(-1) == 0
                || context.path("runAsUser").asInt(-1) == 0) {
            report.accept("runs as user 0");
        }
        String seccomp = either(pod, context, "seccompProfile").path("type").asString("");
        if (!SECCOMP.contains(seccomp)) {
            report.accept("the seccomp profile is '" + seccomp + "'");
        }
        JsonNode capabilities = context.path("capabilities");
        if (elements(capabilities.path("drop"))
                .noneMatch(dropped -> dropped.asString("").equals("ALL"))) {
            report.accept("not all capabilities are dropped");
        }
        elements(capabilities.path("add"))
                .filter(added -> !added.asString("").equals("NET_BIND_SERVICE"))
                .forEach(added -> report.accept("the capability " + added + " is added"));
        elements(container.path("ports"))
                .filter(port -> port.path("hostPort").asInt(0) != 0)
                .forEach(port -> report.accept("the hostPort " + port.path("hostPort")));
        Stream.concat(
                        Stream.of("startupProbe", "readinessProbe", "livenessProbe")
                                .map(container::path),
                        Stream.of("postStart", "preStop")
                                .map(hook -> container.path("lifecycle").path(hook)))
                .flatMap(handler -> Stream.of(handler.at("/httpGet/host"), handler.at("/tcpSocket/host")))
                .filter(host -> !host.asString("").isEmpty())
                .forEach(host -> report.accept("a probe or hook of the host " + host));
    }

    private static void leftAlone(JsonNode context, Consumer<String> report) {
        context.propertyNames().stream()
                .filter(LEFT_ALONE::contains)
                .forEach(field -> report.accept("sets " + field + ", which this check does not read"));
    }

    private static JsonNode either(JsonNode pod, JsonNode containerContext, String field) {
        JsonNode own = containerContext.path(field);
        return own.isMissingNode() ? pod.path("securityContext").path(field) : own;
    }

    /** Nothing to write but what is mounted, within bounds; no token, and no variables that nobody wrote. */
    static void hardening(Build build, Consumer<String> report) {
        for (Workload workload : build.workloads()) {
            Consumer<String> ofPod = violation -> report.accept(workload.owner() + ": " + violation);
            JsonNode pod = workload.pod();
            if (pod.path("automountServiceAccountToken").asBoolean(true)) {
                ofPod.accept("automountServiceAccountToken is not false");
            }
            if (pod.path("enableServiceLinks").asBoolean(true)) {
                ofPod.accept("enableServiceLinks is not false");
            }
            elements(pod.path("volumes"))
                    .filter(volume -> volume.has("emptyDir")
                            && volume.at("/emptyDir/sizeLimit").isMissingNode())
                    .forEach(volume -> ofPod.accept("the emptyDir " + volume.path("name") + " has no sizeLimit"));
            workload.allContainers().forEach(container -> {
                if (!container.at("/securityContext/readOnlyRootFilesystem").asBoolean(false)) {
                    ofPod.accept("readOnlyRootFilesystem is not true");
                }
                if (elements(container.path("volumeMounts"))
                        .noneMatch(mount -> mount.path("mountPath").asString("").equals("/tmp"))) {
                    ofPod.accept("nothing is mounted at /tmp, where a JVM must be able to write");
                }
            });
        }
    }

    /** A build that says where it goes brings the namespace, which enforces the profile. */
    static void namespace(Build build, Consumer<String> report) {
        build.manifests().stream()
                .map(manifest -> manifest.json().at("/metadata/namespace").asString(""))
                .filter(name -> !name.isEmpty())
                .distinct()
                .forEach(name -> build.find("Namespace", name)
                        .filter(namespace -> "restricted"
                                .equals(Manifest.strings(namespace.json().at("/metadata/labels"))
                                        .get("pod-security.kubernetes.io/enforce")))
                        .ifPresentOrElse(
                                _ -> {},
                                () -> report.accept(
                                        "Namespace " + name + ": does not enforce the restricted profile")));
    }
}
