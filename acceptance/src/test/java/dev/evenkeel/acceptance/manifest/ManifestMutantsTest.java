package dev.evenkeel.acceptance.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check finds the mistake that it is for: made in a copy, by replacing a text once. */
class ManifestMutantsTest {

    private static final Path K8S = ServiceSource.ROOT.resolve("k8s");

    /** The copy. */
    @TempDir
    private Path k8s = Path.of("");

    /** A mistake, and the violation that must be reported, or its beginning. */
    record Mutant(String mistake, String file, String text, String replacement, String violation) {
        @Override
        public String toString() {
            return mistake;
        }
    }

    static Stream<Mutant> mutants() {
        return Stream.of(spelling(), references(), security(), amounts(), lives())
                .flatMap(List::stream);
    }

    /** Schemas, and the parser. */
    private static List<Mutant> spelling() {
        return List.of(
                new Mutant(
                        "a misspelt field",
                        "base/gateway-service.yaml",
                        "terminationGracePeriodSeconds: 90",
                        "terminationGracePeriodSecond: 90",
                        "schema: Deployment gateway-service: /spec/template/spec property 'terminationGracePeriodSecond'"),
                new Mutant(
                        "an unknown field",
                        "base/gateway-service.yaml",
                        "      appProtocol: http",
                        "      protocl: http",
                        "schema: Service gateway-service: /spec/ports/0 property 'protocl'"),
                new Mutant(
                        "a number for a text",
                        "base/model-service.yaml",
                        "value: \"8080\"",
                        "value: 8080",
                        "schema: Deployment model-service: /spec/template/spec/containers/0/env/0/value"),
                new Mutant(
                        "a text for a number",
                        "base/model-service.yaml",
                        "progressDeadlineSeconds: 900",
                        "progressDeadlineSeconds: 900s",
                        "schema: Deployment model-service: /spec/progressDeadlineSeconds"),
                new Mutant(
                        "an unknown kind",
                        "base/model-service.yaml",
                        "kind: PodDisruptionBudget",
                        "kind: PodDisruptionBudgets",
                        "schema: PodDisruptionBudgets model-service: no schema"),
                new Mutant(
                        "an old version of an API",
                        "base/model-service.yaml",
                        "apiVersion: policy/v1",
                        "apiVersion: policy/v1beta1",
                        "schema: PodDisruptionBudget model-service: no schema"),
                new Mutant(
                        "a misspelt field of a kustomization",
                        "overlays/local/kustomization.yaml",
                        "replicas:",
                        "replica:",
                        "overlays/local/kustomization.yaml: Kustomization :  property 'replica'"),
                new Mutant(
                        "a resource that is not there",
                        "base/kustomization.yaml",
                        "- model-service.yaml",
                        "- model-services.yaml",
                        "does not build: "),
                new Mutant(
                        "a key that is there twice",
                        "base/kustomization.yaml",
                        "resources:",
                        "images: []\nresources:",
                        "base/kustomization.yaml: Duplicate"),
                new Mutant(
                        "a key that is there twice, deep inside",
                        "base/model-service.yaml",
                        "failureThreshold: 300",
                        "failureThreshold: 300\n            periodSeconds: 20",
                        "base/model-service.yaml: Duplicate"));
    }

    /** {@link References}. */
    private static List<Mutant> references() {
        return List.of(
                new Mutant(
                        "a selector by expressions",
                        "base/model-service.yaml",
                        "  selector:\n    matchLabels:\n      app.kubernetes.io/name: model-service\n---",
                        "  selector:\n    matchExpressions: [{key: app.kubernetes.io/name, operator: Exists}]\n---",
                        "selectors: PodDisruptionBudget model-service: a selector by expressions"),
                new Mutant(
                        "a Deployment's selector that matches nothing",
                        "base/model-service.yaml",
                        "  selector:\n    matchLabels:\n      app.kubernetes.io/name: model-service\n  strategy",
                        "  selector:\n    matchLabels:\n      app.kubernetes.io/name: model\n  strategy",
                        "selectors: Deployment model-service: the selector does not match its own pods"),
                new Mutant(
                        "a Service's selector that matches nothing",
                        "base/registry-service.yaml",
                        "  selector:\n    app.kubernetes.io/name: registry-service",
                        "  selector:\n    app.kubernetes.io/name: registry",
                        "selectors: Service registry-service: pods of 0 workloads match the selector"),
                new Mutant(
                        "a Service's selector that matches everybody",
                        "base/gateway-service.yaml",
                        "  selector:\n    app.kubernetes.io/name: gateway-service",
                        "  selector:\n    app.kubernetes.io/part-of: evenkeel",
                        "selectors: Service gateway-service: pods of 3 workloads match the selector"),
                new Mutant(
                        "a disruption budget for nobody",
                        "base/model-service.yaml",
                        "  selector:\n    matchLabels:\n      app.kubernetes.io/name: model-service\n---",
                        "  selector:\n    matchLabels:\n      app.kubernetes.io/name: node\n---",
                        "selectors: PodDisruptionBudget model-service: pods of 0 workloads match the selector"),
                new Mutant(
                        "a spread of somebody else's pods",
                        "base/model-service.yaml",
                        "          labelSelector:\n            matchLabels:\n              app.kubernetes.io/name: model-service",
                        "          labelSelector:\n            matchLabels:\n              app.kubernetes.io/name: gateway-service",
                        "selectors: Deployment model-service: the topology spread does not match its own pods"),
                new Mutant(
                        "a version in the selectors",
                        "base/kustomization.yaml",
                        "      app.kubernetes.io/part-of: evenkeel\n    includeTemplates: true",
                        "      app.kubernetes.io/version: 0.1.0\n    includeSelectors: true",
                        "selectors: Deployment gateway-service: the selector has a version"),
                new Mutant(
                        "a Service of a port that there is not",
                        "base/gateway-service.yaml",
                        "targetPort: http",
                        "targetPort: web",
                        "ports: Service gateway-service: the pods have no port \"web\""),
                new Mutant(
                        "a Service of a number that there is not",
                        "base/registry-service.yaml",
                        "targetPort: http",
                        "targetPort: 8080",
                        "ports: Service registry-service: the pods have no port 8080"),
                new Mutant(
                        "management for everybody",
                        "base/gateway-service.yaml",
                        "targetPort: http",
                        "targetPort: management",
                        "ports: Service gateway-service: the management port"),
                new Mutant(
                        "a PORT that is not the container's",
                        "base/model-service.yaml",
                        "value: \"8080\"",
                        "value: \"8090\"",
                        "ports: Deployment model-service: PORT is 8090, and the port http is not"),
                new Mutant(
                        "management where nobody looks for it",
                        "base/gateway-service.yaml",
                        "value: \"8081\"",
                        "value: \"9090\"",
                        "ports: Deployment gateway-service: MANAGEMENT_PORT is 9090, and the port management is not"),
                new Mutant(
                        "no startup probe",
                        "overlays/local/small.yaml",
                        "        - name: model-service\n          resources",
                        "        - name: model-service\n          startupProbe: null\n          resources",
                        "probes: Deployment model-service: no startupProbe"),
                new Mutant(
                        "a ConfigMap that there is not",
                        "base/gateway-service.yaml",
                        "name: gateway-settings",
                        "name: gateway-setting",
                        "names: Deployment gateway-service: there is no ConfigMap gateway-setting"),
                new Mutant(
                        "a key that a ConfigMap has not",
                        "base/model-service.yaml",
                        "key: registry",
                        "key: registry-url",
                        "names: Deployment model-service: ConfigMap fleet"),
                new Mutant(
                        "a service account that there is not",
                        "base/model-service.yaml",
                        "serviceAccountName: model-service",
                        "serviceAccountName: node",
                        "names: Deployment model-service: there is no ServiceAccount node"),
                new Mutant(
                        "a Secret that there is not",
                        "base/model-service.yaml",
                        "            - configMapRef:",
                        "            - secretRef:",
                        "names: Deployment model-service: there is no Secret model-settings"),
                new Mutant(
                        "a mount of a volume that there is not",
                        "base/model-service.yaml",
                        "            - name: weights\n              mountPath",
                        "            - name: weight\n              mountPath",
                        "names: Deployment model-service: there is no volume \"weight\""),
                new Mutant(
                        "a registry at a host that there is not",
                        "base/kustomization.yaml",
                        "http://registry-service:8761",
                        "http://registry:8761",
                        "addresses: Deployment gateway-service: EVENKEEL_REGISTRY is http://registry:8761/eureka/"),
                new Mutant(
                        "a registry at a port that it has not",
                        "base/kustomization.yaml",
                        "http://registry-service:8761",
                        "http://registry-service:8762",
                        "addresses: Deployment model-service: EVENKEEL_REGISTRY is http://registry-service:8762/eureka/"),
                new Mutant(
                        "a misspelt setting",
                        "base/kustomization.yaml",
                        "EVENKEEL_MAXTIMEOUT",
                        "EVENKEEL_MAX_TIMEOUT",
                        "settings: Deployment model-service: nobody reads EVENKEEL_MAX_TIMEOUT"),
                new Mutant(
                        "a setting of another service",
                        "base/gateway-service.yaml",
                        "- name: EVENKEEL_REGISTRY",
                        "- name: EVENKEEL_REGISTRY_PEERS",
                        "settings: Deployment gateway-service: nobody reads EVENKEEL_REGISTRY_PEERS"));
    }

    /** {@link PodSecurity}. */
    private static List<Mutant> security() {
        return List.of(
                new Mutant(
                        "a kernel setting",
                        "base/model-service.yaml",
                        "        runAsNonRoot: true",
                        "        runAsNonRoot: true\n        sysctls: [{name: kernel.msgmax, value: \"1\"}]",
                        "restricted profile: Deployment model-service: sets sysctls"),
                new Mutant(
                        "root",
                        "base/model-service.yaml",
                        "runAsUser: 10001",
                        "runAsUser: 0",
                        "restricted profile: Deployment model-service: runs as user 0"),
                new Mutant(
                        "perhaps root",
                        "base/model-service.yaml",
                        "runAsNonRoot: true",
                        "runAsNonRoot: false",
                        "restricted profile: Deployment model-service: runAsNonRoot is not true"),
                new Mutant(
                        "privilege escalation",
                        "base/gateway-service.yaml",
                        "allowPrivilegeEscalation: false",
                        "allowPrivilegeEscalation: true",
                        "restricted profile: Deployment gateway-service: allowPrivilegeEscalation is not false"),
                new Mutant(
                        "capabilities kept",
                        "base/gateway-service.yaml",
                        "drop: [ALL]",
                        "drop: [NET_RAW]",
                        "restricted profile: Deployment gateway-service: not all capabilities are dropped"),
                new Mutant(
                        "a capability added",
                        "base/gateway-service.yaml",
                        "drop: [ALL]",
                        "drop: [ALL]\n              add: [SYS_ADMIN]",
                        "restricted profile: Deployment gateway-service: the capability \"SYS_ADMIN\" is added"),
                new Mutant(
                        "every system call",
                        "base/registry-service.yaml",
                        "type: RuntimeDefault",
                        "type: Unconfined",
                        "restricted profile: Deployment registry-service: the seccomp profile is 'Unconfined'"),
                new Mutant(
                        "the host's network",
                        "base/registry-service.yaml",
                        "enableServiceLinks: false",
                        "enableServiceLinks: false\n      hostNetwork: true",
                        "restricted profile: Deployment registry-service: hostNetwork is true"),
                new Mutant(
                        "a port of the host",
                        "base/gateway-service.yaml",
                        "containerPort: 8080",
                        "containerPort: 8080\n              hostPort: 80",
                        "restricted profile: Deployment gateway-service: the hostPort 80"),
                new Mutant(
                        "a folder of the host",
                        "base/model-service.yaml",
                        "          emptyDir:\n            sizeLimit: 2Gi",
                        "          hostPath:\n            path: /srv/weights",
                        "restricted profile: Deployment model-service: a volume of the type hostPath"),
                new Mutant(
                        "a privileged container",
                        "base/model-service.yaml",
                        "allowPrivilegeEscalation: false",
                        "allowPrivilegeEscalation: false\n            privileged: true",
                        "restricted profile: Deployment model-service: a privileged container"),
                new Mutant(
                        "a probe of another host",
                        "base/model-service.yaml",
                        "              path: /livez",
                        "              host: 169.254.169.254\n              path: /livez",
                        "restricted profile: Deployment model-service: a probe or hook of the host \"169.254.169.254\""),
                new Mutant(
                        "a writable root",
                        "base/model-service.yaml",
                        "readOnlyRootFilesystem: true",
                        "readOnlyRootFilesystem: false",
                        "hardening: Deployment model-service: readOnlyRootFilesystem is not true"),
                new Mutant(
                        "nowhere to write",
                        "base/gateway-service.yaml",
                        "mountPath: /tmp",
                        "mountPath: /temp",
                        "hardening: Deployment gateway-service: nothing is mounted at /tmp"),
                new Mutant(
                        "a volume without bounds",
                        "base/gateway-service.yaml",
                        "          emptyDir:\n            sizeLimit: 64Mi",
                        "          emptyDir: {}",
                        "hardening: Deployment gateway-service: the emptyDir \"tmp\" has no sizeLimit"),
                new Mutant(
                        "a token that nobody needs",
                        "base/model-service.yaml",
                        "      automountServiceAccountToken: false\n",
                        "",
                        "hardening: Deployment model-service: automountServiceAccountToken is not false"),
                new Mutant(
                        "service links",
                        "base/model-service.yaml",
                        "      enableServiceLinks: false # see registry-service.yaml\n",
                        "",
                        "hardening: Deployment model-service: enableServiceLinks is not false"),
                new Mutant(
                        "a namespace that enforces less",
                        "overlays/local/namespace.yaml",
                        "enforce: restricted",
                        "enforce: baseline",
                        "namespace: Namespace evenkeel: does not enforce the restricted profile"),
                new Mutant(
                        "a namespace that there is not",
                        "overlays/local/kustomization.yaml",
                        "  - namespace.yaml\n",
                        "",
                        "namespace: Namespace evenkeel: does not enforce the restricted profile"));
    }

    /** {@link Resources}. */
    private static List<Mutant> amounts() {
        return List.of(
                new Mutant(
                        "the latest image",
                        "base/kustomization.yaml",
                        "newTag: 0.1.0-SNAPSHOT",
                        "newTag: latest",
                        "images: Deployment registry-service: the image evenkeel/registry-service:latest has no fixed tag"),
                new Mutant(
                        "an image without a tag",
                        "base/kustomization.yaml",
                        "  - name: evenkeel/model-service\n    newTag: 0.1.0-SNAPSHOT\n",
                        "",
                        "images: Deployment model-service: the image evenkeel/model-service has no fixed tag"),
                new Mutant(
                        "an image that nobody makes",
                        "base/model-service.yaml",
                        "image: evenkeel/model-service",
                        "image: evenkeel/model-node:1",
                        "images: Deployment model-service: the image evenkeel/model-node:1 is none of"),
                new Mutant(
                        "no CPU request",
                        "base/model-service.yaml",
                        "              cpu: \"1\"\n",
                        "",
                        "resources: Deployment model-service: requests no cpu"),
                new Mutant(
                        "no memory limit",
                        "overlays/local/small.yaml",
                        "            limits:\n              memory: 320Mi",
                        "            limits:\n              memory: null",
                        "resources: Deployment registry-service: what it requests of memory is not its limit"),
                new Mutant(
                        "requests over limits",
                        "overlays/local/small.yaml",
                        "              memory: 320Mi\n            limits",
                        "              memory: 1Gi\n            limits",
                        "resources: Deployment registry-service: requests more memory than its limit"),
                new Mutant(
                        "memory that is promised in part",
                        "overlays/local/small.yaml",
                        "            limits:\n              memory: 512Mi",
                        "            limits:\n              memory: 1Gi",
                        "resources: Deployment gateway-service: what it requests of memory is not its limit"),
                new Mutant(
                        "a node with a fraction of a CPU",
                        "base/model-service.yaml",
                        "              cpu: \"1\"\n              memory: 1Gi\n            limits:\n              cpu: \"1\"",
                        "              cpu: 1500m\n              memory: 1Gi\n            limits:\n              cpu: 1500m",
                        "whole CPUs: Deployment model-service: a node with 1.5 CPUs"),
                new Mutant(
                        "a node that may use more CPU than it is promised",
                        "base/model-service.yaml",
                        "            limits:\n              cpu: \"1\"",
                        "            limits:\n              cpu: \"2\"",
                        "whole CPUs: Deployment model-service: what a node requests of CPUs is not its limit"));
    }

    /** {@link Lifecycle}. */
    private static List<Mutant> lives() {
        return List.of(
                new Mutant(
                        "a probe of a port that there is not",
                        "base/model-service.yaml",
                        "              path: /livez\n              port: http",
                        "              path: /livez\n              port: web",
                        "probes: Deployment model-service: the livenessProbe asks the port \"web\", which there is not"),
                new Mutant(
                        "a probe of the management port",
                        "base/gateway-service.yaml",
                        "          livenessProbe:\n            httpGet:\n              path: /livez\n              port: http",
                        "          livenessProbe:\n            httpGet:\n              path: /livez\n              port: management",
                        "probes: Deployment gateway-service: the livenessProbe asks the port \"management\", not http"),
                new Mutant(
                        "liveness that waits for readiness",
                        "base/model-service.yaml",
                        "path: /livez",
                        "path: /readyz",
                        "probes: Deployment model-service: the livenessProbe asks \"/readyz\", not /livez"),
                new Mutant(
                        "a readiness probe that asks nothing",
                        "base/gateway-service.yaml",
                        "          readinessProbe:\n            httpGet:\n              path: /readyz\n              port: http\n",
                        "          readinessProbe:\n            tcpSocket:\n              port: http\n",
                        "probes: Deployment gateway-service: no readinessProbe"),
                new Mutant(
                        "a hook that sleeps",
                        "base/gateway-service.yaml",
                        "          startupProbe:",
                        "          lifecycle:\n            preStop:\n              exec:\n                command: [sleep, \"5\"]\n          startupProbe:",
                        "probes: Deployment gateway-service: a hook"),
                new Mutant(
                        "a rollout with a gap",
                        "base/gateway-service.yaml",
                        "maxUnavailable: 0",
                        "maxUnavailable: 1",
                        "rollout: Deployment gateway-service"),
                new Mutant(
                        "a rollout that ends all pods first",
                        "base/registry-service.yaml",
                        "    type: RollingUpdate\n    rollingUpdate:\n      maxUnavailable: 0\n      maxSurge: 1",
                        "    type: Recreate",
                        "rollout: Deployment registry-service"),
                new Mutant(
                        "a budget that blocks",
                        "base/gateway-service.yaml",
                        "  maxUnavailable: 1\n  #",
                        "  minAvailable: 1\n  #",
                        "disruption: PodDisruptionBudget gateway-service: can block the drain"),
                new Mutant(
                        "a budget of none",
                        "base/model-service.yaml",
                        "  maxUnavailable: 1",
                        "  maxUnavailable: 0",
                        "disruption: PodDisruptionBudget model-service: can block the drain"),
                new Mutant(
                        "a budget that keeps broken pods",
                        "base/model-service.yaml",
                        "  unhealthyPodEvictionPolicy: AlwaysAllow\n",
                        "",
                        "disruption: PodDisruptionBudget model-service: a pod that never gets ready"),
                new Mutant(
                        "a node killed while it answers",
                        "base/model-service.yaml",
                        "terminationGracePeriodSeconds: 90",
                        "terminationGracePeriodSeconds: 60",
                        "shutdown: Deployment model-service: terminationGracePeriodSeconds is 60, but notice and shutdown may take 67"),
                new Mutant(
                        "a registry killed while it answers",
                        "base/registry-service.yaml",
                        "terminationGracePeriodSeconds: 45",
                        "terminationGracePeriodSeconds: 30",
                        "shutdown: Deployment registry-service: terminationGracePeriodSeconds is 30, but notice and shutdown may take 37"),
                new Mutant(
                        "requests that may take longer than a shutdown",
                        "base/kustomization.yaml",
                        "EVENKEEL_MAXTIMEOUT=60s",
                        "EVENKEEL_MAXTIMEOUT=5m",
                        "shutdown: Deployment model-service: terminationGracePeriodSeconds is 90, but notice and shutdown may take 307"));
    }

    @BeforeEach
    void copy() throws IOException {
        Kustomize.assumePresent();
        try (Stream<Path> files = Files.walk(K8S)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = k8s.resolve(K8S.relativize(file).toString());
                Files.createDirectories(target.resolveSibling("."));
                Files.copy(file, target);
            }
        }
    }

    @Test
    void nothingIsWrongWithTheCopyItself() throws Exception {
        assertThat(violations()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void isFound(Mutant mutant) throws Exception {
        Path file = k8s.resolve(mutant.file());
        String original = Files.readString(file);
        int at = original.indexOf(mutant.text());
        assertThat(at).as("%s has '%s'", mutant.file(), mutant.text()).isNotNegative();
        Files.writeString(
                file,
                original.substring(0, at)
                        + mutant.replacement()
                        + original.substring(at + mutant.text().length()));
        assertThat(Files.readString(file)).isNotEqualTo(original);

        assertThat(violations()).anySatisfy(violation -> assertThat(violation).startsWith(mutant.violation()));
    }

    private List<String> violations() throws IOException, InterruptedException {
        List<String> violations = new ArrayList<>(Inspection.files(k8s));
        violations.addAll(Inspection.build(k8s.resolve("overlays/local")));
        return violations;
    }
}
