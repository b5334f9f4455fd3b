package dev.evenkeel.model.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of folders that are complete when they are there: each is filled beside its place, forced to the disk and
 * renamed. {@code .work} in the same directory has a lock for each folder and what is still unfinished.
 */
final class Cache {

    /** Fills a new folder; it alone does so in all processes. */
    @FunctionalInterface
    interface Filler {
        void fill(Work work) throws IOException;
    }

    /**
     * What a filler works with.
     *
     * @param folder empty, and on the way to its place
     */
    record Work(Path dir, String id, Path folder) {

        /** A file that survives a failure and a crash, for the next attempt, and goes once the folder is complete. */
        Path file(String suffix) {
            return dir.resolve(id + "." + suffix);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Cache.class);
    private static final String LOCK = ".lock";
    private static final String FOLDER = ".folder";

    private final Path dir;

    Cache(Path dir) {
        this.dir = dir;
    }

    /**
     * The folder of that model and key, filled if it is not there. One that is there is found in a directory that cannot be
     * written to, too.
     */
    Path folder(String name, String key, Filler filler) throws IOException {
        String id = name.replaceAll("[^A-Za-z0-9._-]", "_") + "-" + key;
        Path folder = dir.resolve(id);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        try {
            Path work = Files.createDirectories(dir.resolve(".work")).toRealPath();
            try (CacheLock lock = CacheLock.hold(
                    work.resolve(id + LOCK),
                    () -> log.info("Model {}: waiting for another node that fetches it", name))) {
                if (!Files.isDirectory(folder)) {
                    log.debug("model {}: filling {} under {}", name, folder, lock);
                    sweep(work, id);
                    place(new Work(work, id, work.resolve(id + FOLDER)), filler, folder);
                }
            }
            return folder;
        } catch (WeightsException e) {
            throw e;
        } catch (IOException e) {
            throw new WeightsException(
                    "model " + name + ": its files cannot be kept in " + dir.toAbsolutePath() + ": " + reason(e), e);
        }
    }

    private void place(Work work, Filler filler, Path folder) throws IOException {
        delete(work.folder());
        Files.createDirectory(work.folder());
        try {
            filler.fill(work);
            force(work.folder());
            Files.move(work.folder(), folder, StandardCopyOption.ATOMIC_MOVE);
            forceOne(dir);
        } catch (IOException e) {
            delete(work.folder());
            throw e;
        }
        for (Path left : list(work.dir())) {
            String name = fileName(left);
            if (name.startsWith(work.id() + ".") && !name.endsWith(LOCK)) {
                delete(left);
            }
        }
    }

    /** Deletes the half-filled folders of processes that died. Unfinished downloads stay: they are resumed. */
    private static void sweep(Path work, String mine) throws IOException {
        for (Path left : list(work)) {
            String name = fileName(left);
            if (name.endsWith(FOLDER) && !name.equals(mine + FOLDER)) {
                String id = name.substring(0, name.length() - FOLDER.length());
                try (@Nullable CacheLock free = CacheLock.tryHold(work.resolve(id + LOCK))) {
                    if (free != null) {
                        delete(left);
                    }
                } catch (IOException e) {
                    // it may be another user's; this model does not need it gone
                    log.debug("{} cannot be deleted", left, e);
                }
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static String fileName(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }

    static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            for (Path file : tree(tree).reversed()) {
                Files.delete(file);
            }
        }
    }

    /** A renamed folder must not lose the content of its files when the power fails. */
    private static void force(Path tree) throws IOException {
        for (Path file : tree(tree).reversed()) {
            forceOne(file);
        }
    }

    private static void forceOne(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (AccessDeniedException e) {
                log.debug("this system has no handle of {} to force", file, e);
            }
        } else {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }

    private static List<Path> tree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.sorted(Comparator.naturalOrder()).toList();
        }
    }

    /** What the system said, in words. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        String name = e.getClass().getSimpleName();
        return e.getMessage() == null
                ? name
                : name.equals("IOException") ? e.getMessage() : name + ": " + e.getMessage();
    }
}
