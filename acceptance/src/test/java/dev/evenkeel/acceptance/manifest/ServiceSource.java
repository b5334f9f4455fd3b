package dev.evenkeel.acceptance.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What a service's source says of its settings: its {@code application.yml}, and the components of its records called
 * {@code *Properties}.
 */
final class ServiceSource {

    /** The repository. */
    static final Path ROOT = Path.of(System.getProperty("evenkeel.root", ".."));

    private static final Map<String, ServiceSource> SOURCES = new ConcurrentHashMap<>();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(?<name>[^:}]+)(?::(?<otherwise>[^}]*))?}");
    private static final Pattern DURATION = Pattern.compile("(?<number>[0-9]+)(?<unit>ms|s|m|h)");
    private static final Pattern RECORD = Pattern.compile("record \\w+\\((?<components>.*?)\\)\\s*\\{", Pattern.DOTALL);
    private static final Pattern COMPONENT = Pattern.compile("(?<name>\\w+)(?:,|$)");

    /** Read by Spring or the JVM, and not by the services' own records. */
    private static final Pattern ELSEWHERE =
            Pattern.compile("(SPRING|SERVER|MANAGEMENT|LOGGING|EUREKA|JAVA|JDK)_[A-Z0-9_]+");

    private static final String OWN_PREFIX = "EVENKEEL_";

    private final String applicationYml;
    private final Map<String, String> settings = new HashMap<>();
    private final Set<String> components = new HashSet<>();

    private ServiceSource(Path module) throws IOException {
        applicationYml = Files.readString(module.resolve("src/main/resources/application.yml"));
        Manifest.parse(applicationYml).forEach(document -> flatten("", document.json()));
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
            for (Path file : files.filter(file -> file.toString().endsWith("Properties.java"))
                    .toList()) {
                RECORD.matcher(Files.readString(file))
                        .results()
                        .flatMap(header ->
                                COMPONENT.matcher(header.group("components")).results())
                        .forEach(component ->
                                components.add(component.group("name").toUpperCase(Locale.ROOT)));
            }
        }
    }

    /** The service that is in an image, if it is one of ours. */
    static Optional<ServiceSource> of(String image) {
        return Resources.IMAGES.contains(image)
                ? Optional.of(SOURCES.computeIfAbsent(image, ServiceSource::read))
                : Optional.empty();
    }

    private static ServiceSource read(String image) {
        try {
            return new ServiceSource(ROOT.resolve(image.substring(image.indexOf('/') + 1)));
        } catch (IOException e) {
            throw new UncheckedIOException("the source of the image '" + image + "'", e);
        }
    }

    private void flatten(String prefix, JsonNode node) {
        if (node.isObject()) {
            node.forEachEntry((key, value) -> flatten(prefix.isEmpty() ? key : prefix + "." + key, value));
        } else {
            settings.put(prefix, node.asString(""));
        }
    }

    /** Whether somebody looks at this environment variable. */
    boolean reads(String variable) {
        return applicationYml.contains("${" + variable + ":")
                || ELSEWHERE.matcher(variable).matches()
                || isOwn(variable);
    }

    private boolean isOwn(String variable) {
        return variable.startsWith(OWN_PREFIX)
                && Stream.of(variable.substring(OWN_PREFIX.length()).split("_"))
                        .allMatch(part -> components.contains(part) || part.matches("[0-9]+"));
    }

    /** A setting, by the environment or by {@code application.yml}. */
    Optional<Duration> duration(String property, Map<String, String> environment) {
        return setting(property, environment).map(ServiceSource::parse);
    }

    private Optional<String> setting(String property, Map<String, String> environment) {
        String variable = property.toUpperCase(Locale.ROOT).replace("-", "").replace('.', '_');
        String value = environment.getOrDefault(variable, settings.getOrDefault(property, ""));
        Matcher placeholder = PLACEHOLDER.matcher(value);
        if (placeholder.matches()) {
            return setting(placeholder.group("name"), environment)
                    .or(() -> Optional.ofNullable(placeholder.group("otherwise")));
        }
        return Optional.of(value).filter(text -> !text.isEmpty());
    }

    private static Duration parse(String text) {
        Matcher duration = DURATION.matcher(text);
        if (!duration.matches()) {
            throw new IllegalArgumentException("a duration that this check does not read: " + text);
        }
        long number = Long.parseLong(duration.group("number"));
        return switch (duration.group("unit")) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
