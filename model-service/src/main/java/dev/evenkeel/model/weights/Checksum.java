package dev.evenkeel.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Checksums of files, and the keys of folders. */
final class Checksum {

    /** 64 bits: a cache of a thousand folders has two of one key once in 10^13. */
    private static final int KEY_BYTES = 8;

    private Checksum() {}

    /** What tells a folder from others of its model's name: 16 hexadecimal digits. */
    static String key(String identity) {
        return key(digest("SHA-256"), identity.getBytes(StandardCharsets.UTF_8));
    }

    static String key(MessageDigest digest, byte... last) {
        return HexFormat.of().formatHex(digest.digest(last), 0, KEY_BYTES);
    }

    static String sha256(Path file) throws IOException {
        return of("SHA-256", file);
    }

    static String of(String algorithm, Path file) throws IOException {
        MessageDigest digest = digest(algorithm);
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The zip is the one that was configured. */
    static void require(ModelSource source, Path zip) throws IOException {
        if (source.sha256().isPresent()) {
            String found = sha256(zip);
            if (!found.equals(source.sha256().get())) {
                throw new WeightsException("model " + source.name() + ": the SHA-256 of " + Urls.shown(source.url())
                        + " is " + found + " and not " + source.sha256().get() + ", so nothing of it is used");
            }
        }
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
