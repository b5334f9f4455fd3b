package dev.evenkeel.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies what is on the class path to a folder named by the content's checksum: an upgraded model is another folder, and a
 * folder that is there is complete, because it is renamed into place. Nodes that start at once both copy; one rename wins,
 * the other's copy goes away.
 */
final class LocalWeights implements Weights {

    private static final List<String> FILES = List.of("model.pt", "tokenizer.json", "config.json");

    private final Path dir;

    LocalWeights(Path dir) {
        this.dir = dir;
    }

    @Override
    public Path folder(String name, URI url) throws IOException {
        return switch (Objects.requireNonNullElse(url.getScheme(), "")) {
            case "classpath" -> fromClassPath(name, url.getSchemeSpecificPart());
            case "file" -> onDisk(name, Path.of(url));
            default -> throw new IOException("model " + name + ": " + url + " is neither classpath: nor file:");
        };
    }

    private static Path onDisk(String name, Path folder) throws IOException {
        for (String file : FILES) {
            if (!Files.isReadable(folder.resolve(file))) {
                throw new IOException("model " + name + ": there is no " + folder.resolve(file));
            }
        }
        return folder;
    }

    private Path fromClassPath(String name, String location) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        MessageDigest digest = sha256();
        for (String file : FILES) {
            byte[] content = read(name, location, file);
            files.put(file, content);
            digest.update(content);
        }
        String checksum = HexFormat.of().formatHex(digest.digest(), 0, 8);
        Path folder = dir.resolve(name + "-" + checksum);
        if (!Files.isDirectory(folder)) {
            copy(files, folder);
        }
        return folder;
    }

    private void copy(Map<String, byte[]> files, Path folder) throws IOException {
        Files.createDirectories(dir);
        Path copy = Files.createTempDirectory(dir, ".copy");
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(copy.resolve(file.getKey()), file.getValue());
        }
        try {
            Files.move(copy, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            for (String file : files.keySet()) {
                Files.delete(copy.resolve(file));
            }
            Files.delete(copy);
        }
    }

    private static byte[] read(String name, String location, String file) throws IOException {
        String folder = location.startsWith("/") ? location.substring(1) : location;
        String path = (folder.endsWith("/") ? folder : folder + "/") + file;
        URL resource = resource(path);
        if (resource == null) {
            throw new IOException("model " + name + ": there is no " + path + " on the class path");
        }
        try (InputStream in = resource.openStream()) {
            return in.readAllBytes();
        }
    }

    private static @Nullable URL resource(String path) {
        return LocalWeights.class.getClassLoader().getResource(path);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
