package dev.evenkeel.acceptance.manifest;

import dev.evenkeel.acceptance.manifest.Build.Workload;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What runs, and how much it gets. */
final class Resources {

    /** The targets of this repository's Dockerfile. */
    static final List<String> IMAGES =
            List.of("evenkeel/registry-service", "evenkeel/gateway-service", "evenkeel/model-service");

    static final String NODE_IMAGE = "evenkeel/model-service";

    /** Where it is kept (a host with a dot or a port, and folders), its name, and a tag or a digest. */
    private static final Pattern IMAGE = Pattern.compile(
            "(?:[^/]*[.:][^/]*/(?:[^/]+/)*)?(?<name>[^/:@]+/[^/:@]+)(?::(?<tag>[^@]+))?(?<digest>@sha256:[0-9a-f]{64})?");

    private static final Pattern QUANTITY = Pattern.compile("(?<number>[0-9.]+)(?<suffix>[a-zA-Z]*)");
    private static final Map<String, BigDecimal> SUFFIXES = Map.of(
            "", BigDecimal.ONE,
            "m", new BigDecimal("0.001"),
            "k", BigDecimal.TEN.pow(3),
            "M", BigDecimal.TEN.pow(6),
            "G", BigDecimal.TEN.pow(9),
            "Ki", BigDecimal.valueOf(1L << 10),
            "Mi", BigDecimal.valueOf(1L << 20),
            "Gi", BigDecimal.valueOf(1L << 30));

    private Resources() {}

    /** One of ours, and fixed: a tag that moves runs different versions on different machines. */
    static void images(Build build, Consumer<String> report) {
        for (Workload workload : build.workloads()) {
            workload.allContainers()
                    .map(container -> container.path("image").asString(""))
                    .forEach(image -> {
                        Matcher parts = IMAGE.matcher(image);
                        if (!parts.matches() || !IMAGES.contains(parts.group("name"))) {
                            report.accept(workload.owner() + ": the image " + image + " is none of " + IMAGES);
                        } else if (parts.group("digest") == null
                                && (parts.group("tag") == null
                                        || parts.group("tag").equals("latest"))) {
                            report.accept(workload.owner() + ": the image " + image + " has no fixed tag");
                        }
                    });
        }
    }

    static String imageName(JsonNode container) {
        Matcher parts = IMAGE.matcher(container.path("image").asString(""));
        return parts.matches() ? parts.group("name") : "";
    }

    /** CPU and memory are asked for, within the limits; and memory is limited to what was asked for. */
    static void amounts(Build build, Consumer<String> report) {
        each(build, (owner, container) -> {
            Stream.of("cpu", "memory")
                    .filter(resource -> request(container, resource).isEmpty())
                    .forEach(resource -> report.accept(owner + ": requests no " + resource));
            container.at("/resources/limits").propertyNames().forEach(resource -> {
                BigDecimal limit = limit(container, resource).orElseThrow();
                request(container, resource)
                        .filter(request -> request.compareTo(limit) > 0)
                        .ifPresent(_ -> report.accept(owner + ": requests more " + resource + " than its limit"));
            });
            if (!request(container, "memory").equals(limit(container, "memory"))) {
                report.accept(owner + ": what it requests of memory is not its limit");
            }
        });
    }

    /** A node counts its workers by the cgroup's CPUs: it has them for itself, and whole. */
    static void wholeCpus(Build build, Consumer<String> report) {
        each(build, (owner, container) -> {
            if (!imageName(container).equals(NODE_IMAGE)) {
                return;
            }
            Optional<BigDecimal> cpus = request(container, "cpu");
            if (!cpus.equals(limit(container, "cpu"))) {
                report.accept(owner + ": what a node requests of CPUs is not its limit");
            }
            cpus.filter(cpu -> cpu.remainder(BigDecimal.ONE).signum() != 0)
                    .ifPresent(cpu -> report.accept(owner + ": a node with " + cpu + " CPUs"));
        });
    }

    private interface OfContainer {
        void check(Manifest owner, JsonNode container);
    }

    private static void each(Build build, OfContainer check) {
        for (Workload workload : build.workloads()) {
            workload.allContainers().forEach(container -> check.check(workload.owner(), container));
        }
    }

    private static Optional<BigDecimal> request(JsonNode container, String resource) {
        return quantity(container.path("resources").path("requests").path(resource));
    }

    private static Optional<BigDecimal> limit(JsonNode container, String resource) {
        return quantity(container.path("resources").path("limits").path(resource));
    }

    private static Optional<BigDecimal> quantity(JsonNode value) {
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        Matcher quantity = QUANTITY.matcher(value.asString(""));
        BigDecimal unit = quantity.matches() ? SUFFIXES.get(quantity.group("suffix")) : null;
        if (unit == null) {
            throw new IllegalArgumentException("a quantity that this check does not read: " + value);
        }
        return Optional.of(
                new BigDecimal(quantity.group("number")).multiply(unit).stripTrailingZeros());
    }
}
