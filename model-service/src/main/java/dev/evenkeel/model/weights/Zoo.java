package dev.evenkeel.model.weights;

import ai.djl.Application;
import ai.djl.repository.Artifact;
import ai.djl.repository.Metadata;
import ai.djl.repository.Version;
import ai.djl.util.JsonUtils;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * DJL's model zoo: {@code model/<application>/<group>/<artifact>/metadata.json} lists the files of each version. Read with
 * DJL's own classes of the format, but not with its {@code RemoteRepository}, which has no time limits, resumes nothing,
 * checks no checksum, asks again after a day, and is behind {@code djl:} addresses with a fixed host. So what
 * {@code ai.djl.offline} says of DJL's own downloads does not matter here.
 */
final class Zoo {

    /** An address does not say the application; these are the ones whose models are served, the likeliest first. */
    private static final List<Application> APPLICATIONS = List.of(
            Application.NLP.TEXT_EMBEDDING, Application.NLP.TEXT_CLASSIFICATION, Application.NLP.SENTIMENT_ANALYSIS);

    private final URI base;
    private final Download download;

    Zoo(URI base, Download download) {
        this.base = base;
        this.download = download;
    }

    /**
     * What an address names, split as DJL does it: a segment of digits and dots is the version.
     *
     * @param group dotted
     * @param artifact may have slashes
     */
    record Coordinates(String group, String artifact, Optional<String> version, Optional<String> name) {

        private static final Pattern PATH = Pattern.compile("/(.+?)(?:/(\\d[\\d.]*)(?:/([^/]+))?)?/?");

        static Coordinates of(ModelSource source) throws IOException {
            String group = source.url().getRawAuthority();
            Matcher path = PATH.matcher(Objects.requireNonNullElse(source.url().getPath(), ""));
            if (group == null || group.indexOf('@') >= 0 || !path.matches()) {
                throw new WeightsException("model " + source.name() + ": " + Urls.shown(source.url())
                        + " is not of the form djl://groupId/artifactId[/version][/name]");
            }
            return new Coordinates(
                    group, path.group(1), Optional.ofNullable(path.group(2)), Optional.ofNullable(path.group(3)));
        }

        private String folder(Application application) {
            return "model/" + application.getPath() + "/" + group.replace('.', '/') + "/" + artifact + "/";
        }

        private boolean match(Artifact candidate) {
            return version.map(wanted -> wanted.equals(candidate.getVersion())).orElse(true)
                    && name.map(wanted -> wanted.equals(candidate.getName())).orElse(true);
        }
    }

    private record Found(URI folder, Metadata metadata) {}

    void fetch(ModelSource source, Coordinates coordinates, Cache.Work work) throws IOException {
        Found found = find(source, coordinates, work);
        Artifact artifact = Objects.requireNonNullElse(found.metadata().getArtifacts(), List.<Artifact>of()).stream()
                .filter(coordinates::match)
                .max(Comparator.comparing(candidate -> new Version(candidate.getVersion())))
                .orElseThrow(() -> new WeightsException("model " + source.name() + ": " + Urls.shown(source.url())
                        + " is none of the zoo's versions and names, which are "
                        + versions(found.metadata())));
        Map<String, Artifact.Item> items = artifact.getFiles();
        if (source.sha256().isPresent() && items.size() != 1) {
            throw new WeightsException("model " + source.name() + ": " + Urls.shown(source.url()) + " has "
                    + items.size() + " files, so that one SHA-256 cannot be theirs");
        }
        for (Map.Entry<String, Artifact.Item> item : items.entrySet()) {
            place(source, found.folder(), item.getKey(), item.getValue(), work);
        }
        nameModel(work.folder());
    }

    private Found find(ModelSource source, Coordinates coordinates, Cache.Work work) throws IOException {
        Path json = work.file("metadata");
        List<URI> looked = new ArrayList<>();
        for (Application application : APPLICATIONS) {
            URI folder = base.resolve(coordinates.folder(application));
            looked.add(folder);
            Files.deleteIfExists(json);
            try {
                download.fetch(source.name(), folder.resolve("metadata.json"), json);
            } catch (WeightsException.Status e) {
                if (e.absent()) {
                    continue;
                }
                throw e;
            }
            try {
                Metadata metadata = JsonUtils.GSON.fromJson(Files.readString(json), Metadata.class);
                if (metadata != null) {
                    return new Found(folder, metadata);
                }
            } catch (JsonParseException e) {
                throw new WeightsException(
                        "model " + source.name() + ": " + Urls.shown(folder) + "metadata.json is not what a zoo has",
                        e);
            }
        }
        throw new WeightsException(
                "model " + source.name() + ": the zoo does not have it: there is no metadata.json in "
                        + looked.stream().map(Urls::shown).collect(Collectors.joining(", ")));
    }

    private void place(ModelSource source, URI folder, String key, Artifact.Item item, Cache.Work work)
            throws IOException {
        URI url = folder.resolve(item.getUri());
        // the version of a file is in its address
        Path file = work.file(Checksum.key(url.toString()));
        download.fetch(source.name(), url, file);
        try {
            require(source, url, item, file);
            String uri = item.getUri().toLowerCase(Locale.ROOT);
            String name = Objects.requireNonNullElse(item.getName(), key);
            if (!name.isEmpty() && !Unzip.isPlain(name)) {
                throw new WeightsException("model " + source.name() + ": the zoo's " + Urls.shown(url) + " is called "
                        + name + ", which is no path below a folder");
            }
            Path target = work.folder().resolve(name);
            if (uri.endsWith(".zip")) {
                Files.createDirectories(target);
                Unzip.of(source.name(), Urls.shown(url)).unpack(file, target);
            } else {
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                try (InputStream in = uri.endsWith(".gz")
                                ? new GZIPInputStream(Files.newInputStream(file))
                                : Files.newInputStream(file);
                        OutputStream out = Files.newOutputStream(target)) {
                    in.transferTo(out);
                }
            }
        } catch (WeightsException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void require(ModelSource source, URI url, Artifact.Item item, Path file) throws IOException {
        Checksum.require(source, file);
        String expected = item.getSha1Hash();
        if (expected != null && !expected.isEmpty()) {
            String found = Checksum.of("SHA-1", file);
            if (!found.equalsIgnoreCase(expected)) {
                throw new WeightsException("model " + source.name() + ": the SHA-1 of " + Urls.shown(url) + " is "
                        + found + " and not " + expected + " as the zoo says, so nothing of it is used");
            }
        }
    }

    /** The zoo calls a model's file after the artifact; a folder here calls it {@code model}. */
    private static void nameModel(Path folder) throws IOException {
        for (String type : Set.of(".pt", ".onnx")) {
            try (Stream<Path> files = Files.list(folder)) {
                List<Path> models =
                        files.filter(file -> file.toString().endsWith(type)).toList();
                if (models.size() == 1) {
                    Files.move(models.getFirst(), folder.resolve("model" + type));
                }
            }
        }
    }

    private static String versions(Metadata metadata) {
        Set<String> versions = new HashSet<>();
        for (Artifact artifact : Objects.requireNonNullElse(metadata.getArtifacts(), List.<Artifact>of())) {
            versions.add(artifact.getVersion() + "/" + artifact.getName());
        }
        return versions.stream().sorted().collect(Collectors.joining(", "));
    }
}
