package dev.evenkeel.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One case a form of URL. What names a folder in the cache decides when it is fetched anew. */
final class CachedWeights implements Weights {

    private static final Logger log = LoggerFactory.getLogger(CachedWeights.class);

    private final Cache cache;
    private final Download download;
    private final URI zoo;

    CachedWeights(Path dir, Download download, URI zoo) {
        this.cache = new Cache(dir);
        this.download = download;
        this.zoo = zoo;
    }

    @Override
    public Path folder(ModelSource source) throws IOException {
        return switch (source.scheme()) {
            case "classpath" -> {
                ClassPathFolder folder = ClassPathFolder.of(source);
                yield cache.folder(source.name(), folder.checksum(), work -> folder.copyTo(work.folder()));
            }
            case "file" -> onDisk(source, path(source));
            case "http", "https" -> cache.folder(source.name(), key(source), work -> fetch(source, work));
            case "djl" -> {
                Zoo.Coordinates coordinates = Zoo.Coordinates.of(source);
                yield cache.folder(
                        source.name(), key(source), work -> new Zoo(zoo, download).fetch(source, coordinates, work));
            }
            default ->
                throw new WeightsException("model " + source.name() + ": " + Urls.shown(source.url())
                        + " is none of classpath:/folder/, file:/folder/, file:/some.zip, https://host/some.zip and"
                        + " djl://groupId/artifactId");
        };
    }

    private Path onDisk(ModelSource source, Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return requireFiles(source, path);
        }
        // by content: a zip that was replaced is another model
        String checksum =
                source.sha256().isPresent() ? source.sha256().get() : Checksum.sha256(requireReadable(source, path));
        return cache.folder(
                source.name(), Checksum.key(checksum), work -> unpack(source, requireReadable(source, path), work));
    }

    private static Path requireReadable(ModelSource source, Path zip) throws IOException {
        if (!Files.isReadable(zip)) {
            throw new WeightsException("model " + source.name() + ": there is no " + zip + ", or it cannot be read");
        }
        return zip;
    }

    private static Path requireFiles(ModelSource source, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                return folder;
            }
        } catch (IOException e) {
            throw new WeightsException(
                    "model " + source.name() + ": " + folder + " cannot be read: " + Cache.reason(e), e);
        }
        throw new WeightsException("model " + source.name() + ": there are no files in " + folder);
    }

    private void fetch(ModelSource source, Cache.Work work) throws IOException {
        if (source.scheme().equals("http") && source.sha256().isEmpty()) {
            log.warn(
                    "Model {}: what comes from {} is not protected; use https, or configure the zip's SHA-256",
                    source.name(),
                    Urls.shown(source.url()));
        }
        Path zip = work.file("zip");
        download.fetch(source.name(), source.url(), zip);
        try {
            unpack(source, zip, work);
        } catch (WeightsException e) {
            Files.deleteIfExists(zip);
            throw e;
        } catch (EOFException | ZipException e) {
            // it came whole and is damaged: the next start must fetch it again
            Files.deleteIfExists(zip);
            throw new WeightsException(
                    "model " + source.name() + ": " + Urls.shown(source.url()) + " is a damaged zip: " + e.getMessage(),
                    e);
        }
    }

    private static void unpack(ModelSource source, Path zip, Cache.Work work) throws IOException {
        Checksum.require(source, zip);
        Unzip.of(source.name(), Urls.shown(source.url())).unpack(zip, work.folder());
    }

    private static String key(ModelSource source) {
        return Checksum.key(
                Urls.withoutUserInfo(source.url()) + " " + source.sha256().orElse("any"));
    }

    private static Path path(ModelSource source) throws IOException {
        try {
            return Path.of(source.url());
        } catch (IllegalArgumentException e) {
            throw new WeightsException(
                    "model " + source.name() + ": " + Urls.shown(source.url())
                            + " is no file's address, as file:/folder/ is",
                    e);
        }
    }
}
