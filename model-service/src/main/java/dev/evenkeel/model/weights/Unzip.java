package dev.evenkeel.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Unpacks a zip of unknown making: what is not a plain file below the folder is refused, and so is too much of it. */
final class Unzip {

    /** Hundred times the largest of the models that are served here, and a tenth of a node's usual disk. */
    private static final long MAX_BYTES = 8L << 30;

    /** A model has tens of files. */
    private static final int MAX_ENTRIES = 10_000;

    private final String model;
    private final String place;
    private final long maxBytes;

    Unzip(String model, String place, long maxBytes) {
        this.model = model;
        this.place = place;
        this.maxBytes = maxBytes;
    }

    /** @param place the zip's address, for messages */
    static Unzip of(String model, String place) {
        return new Unzip(model, place, MAX_BYTES);
    }

    /** A single folder at the top is left out; so is what macOS adds. */
    void unpack(Path zip, Path folder) throws IOException {
        List<String> links;
        try (ZipFile file = new ZipFile(zip.toFile())) {
            if (file.size() > MAX_ENTRIES) {
                throw refused("it has " + file.size() + " entries, and at most " + MAX_ENTRIES + " are unpacked");
            }
            links = ZipLinks.in(zip);
            List<ZipEntry> entries = file.stream()
                    .map(ZipEntry.class::cast)
                    .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith("__MACOSX/"))
                    .toList();
            if (entries.isEmpty()) {
                throw refused("there is no file in it");
            }
            if (!links.isEmpty()) {
                throw refused("its entry " + links.getFirst() + " is a symbolic link");
            }
            for (ZipEntry entry : entries) {
                requirePlain(entry.getName());
            }
            unpack(file, entries, commonFolder(entries), folder);
        } catch (ZipException e) {
            throw new WeightsException(
                    "model " + model + ": " + place + " is no zip, or a damaged one: " + e.getMessage(), e);
        }
    }

    private void unpack(ZipFile file, List<ZipEntry> entries, String top, Path folder) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = maxBytes;
        for (ZipEntry entry : entries) {
            Path target = folder.resolve(entry.getName().substring(top.length()));
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            try (InputStream in = file.getInputStream(entry);
                    OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    left -= read;
                    if (left < 0) {
                        throw refused("it has more than " + maxBytes + " bytes when it is unpacked");
                    }
                    out.write(buffer, 0, read);
                }
            } catch (FileAlreadyExistsException e) {
                throw refused("its entry " + entry.getName() + " is there twice");
            }
        }
    }

    private void requirePlain(String name) throws IOException {
        if (!isPlain(name)) {
            throw refused("its entry " + name + " is no path below a folder");
        }
    }

    /** A relative path in which nothing leads upwards, on any system. */
    static boolean isPlain(String name) {
        boolean plain = !name.startsWith("/")
                && name.indexOf('\\') < 0
                && name.indexOf(':') < 0
                && Arrays.stream(name.split("/", -1))
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        try {
            return plain && !Path.of(name).isAbsolute();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** With its slash, or nothing. */
    private static String commonFolder(List<ZipEntry> entries) {
        Set<String> tops = entries.stream()
                .map(entry -> entry.getName().substring(0, entry.getName().indexOf('/') + 1))
                .collect(Collectors.toSet());
        return tops.size() == 1 ? tops.iterator().next() : "";
    }

    private WeightsException refused(String why) {
        return new WeightsException("model " + model + ": " + place + " is not unpacked, because " + why);
    }
}
