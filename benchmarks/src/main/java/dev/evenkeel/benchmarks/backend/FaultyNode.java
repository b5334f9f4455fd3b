package dev.evenkeel.benchmarks.backend;

import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.load.Headers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node that registers, says that it is well and has nothing to do, and answers no request as it should. What it was asked
 * it prints, a line each: the attempts are counted by who gets them.
 */
public final class FaultyNode {

    /** Its line for each attempt. */
    public static final String ATTEMPT = "attempt ";

    private static final int LONGEST_LINE = 8192;

    private final Kind kind;
    private final AtomicInteger attempts = new AtomicInteger();
    private final Voice voice;

    /** What it does instead of answering. */
    public enum Kind {
        /** 500, at once. */
        FAILS,
        /** In turn: bytes that are no HTTP, half of an answer, nothing; and closes the connection. */
        GARBAGE
    }

    private FaultyNode(Kind kind, Voice voice) {
        this.kind = kind;
        this.voice = voice;
    }

    /** Runs until it is ended. */
    public static void run(String[] args) throws Exception {
        Options options = new Options()
                .with("kind", "fails", "what it does: fails or garbage")
                .with("model", "measuring-encoder", "what it says it serves")
                .with("name", "faulty", "what it is called")
                .with("port", "9199", "where it is asked")
                .with("registry", "http://localhost:8761/eureka/", "where it registers")
                .parse(args);
        int port = options.integer("port");
        FaultyNode node = new FaultyNode(
                Kind.valueOf(options.text("kind").toUpperCase(Locale.ROOT)),
                new Voice(options.text("name"), options.text("model")));
        try (ServerSocket socket = new ServerSocket(port, 64, InetAddress.getLoopbackAddress());
                HttpClient http = HttpClient.newHttpClient();
                EurekaLease _ =
                        new EurekaLease(http, URI.create(options.text("registry")), options.text("name"), port)) {
            System.out.println("ready");
            while (true) {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> node.serve(client));
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                InputStream in = new BufferedInputStream(client.getInputStream());
                OutputStream out = client.getOutputStream()) {
            boolean goesOn = true;
            for (String request = line(in); goesOn && !request.isEmpty(); request = line(in)) {
                skipRest(in);
                if (request.contains(" /actuator/")) {
                    out.write(response("200 OK", voice.status(voice.idle())));
                } else {
                    goesOn = misbehave(out);
                }
                out.flush();
            }
        } catch (IOException _) {
            // the client has closed the connection
        }
    }

    /** Whether the connection goes on. */
    private boolean misbehave(OutputStream out) throws IOException {
        int attempt = attempts.incrementAndGet();
        System.out.println(ATTEMPT + attempt);
        if (kind == Kind.FAILS) {
            out.write(response("500 Internal Server Error", text("{\"error\":\"no\"}")));
            return true;
        }
        switch (attempt % 3) {
            case 0 -> out.write(text("no HTTP at all\r\n\r\n\0\1\2\3"));
            case 1 -> {
                byte[] whole =
                        response("200 OK", text("{\"object\":\"list\",\"data\":[{\"embedding\":\"AAAAAAAA\"}]}"));
                out.write(whole, 0, whole.length - 20);
            }
            default -> {}
        }
        return false;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] response(String status, byte[] body) {
        byte[] head = "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s: %s\r\n%s: %s\r\n\r\n"
                .formatted(status, body.length, Headers.INSTANCE, voice.instance(), Headers.LOAD, voice.idle())
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    /** Headers and body of a request. */
    private static void skipRest(InputStream in) throws IOException {
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }
        in.skipNBytes(length);
    }

    /** Empty at the end. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_LINE; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }
}
