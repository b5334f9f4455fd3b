package dev.evenkeel.benchmarks.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Serves a model's folder as a zip on loopback, whole or from a byte on (RFC 9110, 14.2), and counts what it sent. */
final class WeightsServer implements AutoCloseable {

    private static final Pattern FROM = Pattern.compile("bytes=(\\d+)-");
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int PIECE = 1 << 16;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final byte[] zip;
    private final AtomicInteger downloads = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger cuts = new AtomicInteger();

    WeightsServer(byte[] zip) throws IOException {
        this.zip = zip;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/encoder.zip", this::serve);
        server.start();
    }

    /** A model's folder, not compressed. */
    static byte[] zip(Path folder) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes);
                var files = Files.list(folder)) {
            out.setLevel(java.util.zip.Deflater.NO_COMPRESSION);
            for (Path file : files.sorted().toList()) {
                out.putNextEntry(new ZipEntry(file.getFileName().toString()));
                Files.copy(file, out);
            }
        }
        return bytes.toByteArray();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/encoder.zip";
    }

    String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next so many downloads end in the middle, their connections closed. */
    void cutNext(int count) {
        cuts.set(count);
    }

    /** GETs that were begun. */
    int downloads() {
        return downloads.get();
    }

    /** What went out, as a multiple of the zip. */
    double zipsSent() {
        return (double) bytes.get() / zip.length;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(zip.length));
                exchange.sendResponseHeaders(OK, -1);
                return;
            }
            downloads.incrementAndGet();
            String range = exchange.getRequestHeaders().getFirst("Range");
            Matcher from = FROM.matcher(range == null ? "" : range);
            int start = from.matches() ? Math.min(Integer.parseInt(from.group(1)), zip.length - 1) : 0;
            exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
            exchange.getResponseHeaders().set("ETag", "\"" + sha256() + "\"");
            if (start > 0) {
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes %d-%d/%d".formatted(start, zip.length - 1, zip.length));
            }
            exchange.sendResponseHeaders(start > 0 ? PARTIAL : OK, zip.length - start);
            boolean cut = cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            int end = cut ? start + (zip.length - start) / 2 : zip.length;
            OutputStream out = exchange.getResponseBody();
            for (int at = start; at < end; at += PIECE) {
                int length = Math.min(PIECE, end - at);
                out.write(zip, at, length);
                bytes.addAndGet(length);
            }
            if (cut) {
                out.flush();
                // closing before all that was announced is written closes the connection
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
