package dev.evenkeel.model.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zips for tests. */
final class Zips {

    private Zips() {}

    /** @param files name, content, name, content ... */
    static byte[] of(String... files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < files.length; i += 2) {
                zip.putNextEntry(new ZipEntry(files[i]));
                zip.write(files[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    /** A zip of some 300 kB, of noise, so that it does not get smaller. */
    static byte[] big() {
        Random random = new Random(1);
        StringBuilder noise = new StringBuilder();
        for (int i = 0; i < 400_000; i++) {
            noise.append((char) (' ' + random.nextInt(90)));
        }
        return of("model.pt", noise.toString(), "onnx/model.onnx", "o");
    }

    /** The first entry becomes a symbolic link, as Unix's zip -y writes it. */
    static byte[] withLink(byte[] zip) {
        byte[] linked = zip.clone();
        for (int at = 0; at < linked.length - 3; at++) {
            if (linked[at] == 'P' && linked[at + 1] == 'K' && linked[at + 2] == 1 && linked[at + 3] == 2) {
                linked[at + 5] = 3;
                linked[at + 40] = (byte) 0xff;
                linked[at + 41] = (byte) 0xa1;
                return linked;
            }
        }
        throw new IllegalArgumentException("no directory");
    }
}
