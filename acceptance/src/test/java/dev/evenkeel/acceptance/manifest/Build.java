package dev.evenkeel.acceptance.manifest;

import static dev.evenkeel.acceptance.manifest.Manifest.elements;
import static dev.evenkeel.acceptance.manifest.Manifest.strings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The documents of one kustomization: what would be applied together. */
record Build(List<Manifest> manifests) {

    Stream<Manifest> ofKind(String kind) {
        return manifests.stream().filter(manifest -> manifest.kind().equals(kind));
    }

    Optional<Manifest> find(String kind, String name) {
        return ofKind(kind).filter(manifest -> manifest.name().equals(name)).findFirst();
    }

    /** Whatever has a pod template. */
    List<Workload> workloads() {
        return manifests.stream()
                .filter(manifest -> manifest.json().at("/spec/template/spec").isObject())
                .map(Workload::new)
                .toList();
    }

    /** The environment of a container as far as it is written down: what only the cluster knows is an empty text. */
    Map<String, String> environment(JsonNode container) {
        Map<String, String> environment = new LinkedHashMap<>();
        elements(container.path("envFrom"))
                .flatMap(source ->
                        find("ConfigMap", source.at("/configMapRef/name").asString("")).stream())
                .forEach(map -> environment.putAll(strings(map.json().path("data"))));
        elements(container.path("env"))
                .forEach(variable -> environment.put(variable.path("name").asString(""), value(variable)));
        return environment;
    }

    private String value(JsonNode variable) {
        JsonNode reference = variable.at("/valueFrom/configMapKeyRef");
        if (!reference.isObject()) {
            return variable.path("value").asString("");
        }
        return find("ConfigMap", reference.path("name").asString(""))
                .map(map -> map.json().path("data").path(reference.path("key").asString("")))
                .map(value -> value.asString(""))
                .orElse("");
    }

    /** The pods of a Deployment or the like. */
    record Workload(Manifest owner) {

        private JsonNode template() {
            return owner.json().at("/spec/template");
        }

        Map<String, String> labels() {
            return strings(template().at("/metadata/labels"));
        }

        JsonNode pod() {
            return template().path("spec");
        }

        /** Those that run for as long as the pod does. */
        Stream<JsonNode> containers() {
            return elements(pod().path("containers"));
        }

        Stream<JsonNode> allContainers() {
            return Stream.of("containers", "initContainers", "ephemeralContainers")
                    .flatMap(kind -> elements(pod().path(kind)));
        }

        /** The port with this name or number. */
        Optional<JsonNode> port(JsonNode nameOrNumber) {
            String field = nameOrNumber.isNumber() ? "containerPort" : "name";
            return containers()
                    .flatMap(container -> elements(container.path("ports")))
                    .filter(port -> port.path(field).equals(nameOrNumber))
                    .findFirst();
        }

        /** Whether a selector by labels finds these pods; an empty one finds nothing here. */
        boolean matches(JsonNode matchLabels) {
            return !matchLabels.isEmpty()
                    && labels().entrySet().containsAll(strings(matchLabels).entrySet());
        }
    }
}
