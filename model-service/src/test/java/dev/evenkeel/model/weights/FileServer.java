package dev.evenkeel.model.weights;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A loopback web server that resumes, and misbehaves once for each behaviour that it is told. */
final class FileServer implements AutoCloseable {

    /** What it does instead of answering as it should. */
    @FunctionalInterface
    interface Behaviour {
        void answer(HttpExchange exchange, byte[] content, String etag) throws IOException;
    }

    /** One request as it came. */
    record Request(String path, String range, String authorization) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Deque<Behaviour> next = new ConcurrentLinkedDeque<>();
    final List<Request> requests = new CopyOnWriteArrayList<>();

    FileServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    FileServer with(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    FileServer once(Behaviour behaviour) {
        next.add(behaviour);
        return this;
    }

    static Behaviour status(int code) {
        return (exchange, content, etag) -> exchange.sendResponseHeaders(code, -1);
    }

    static Behaviour redirect(String location) {
        return (exchange, content, etag) -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(302, -1);
        };
    }

    /** Promises all and breaks off. */
    static Behaviour cutOffAfter(int bytes) {
        return (exchange, content, etag) -> {
            exchange.getResponseHeaders().set("ETag", etag);
            exchange.sendResponseHeaders(200, content.length);
            OutputStream out = exchange.getResponseBody();
            out.write(content, 0, bytes);
            out.flush();
            exchange.close();
        };
    }

    /** Sends a beginning and then nothing until the client or the server goes. */
    static Behaviour stallAfter(int bytes) {
        return (exchange, content, etag) -> {
            exchange.getResponseHeaders().set("ETag", etag);
            exchange.sendResponseHeaders(200, content.length);
            OutputStream out = exchange.getResponseBody();
            out.write(content, 0, bytes);
            out.flush();
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                exchange.close();
            }
        };
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String range =
                    Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Range"), "");
            requests.add(new Request(
                    path,
                    range,
                    Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "")));
            byte[] content = files.get(path);
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String etag = "\"" + Arrays.hashCode(content) + "\"";
            Behaviour behaviour = next.poll();
            if (behaviour != null) {
                behaviour.answer(exchange, content, etag);
                return;
            }
            exchange.getResponseHeaders().set("ETag", etag);
            if (!range.isEmpty() && etag.equals(exchange.getRequestHeaders().getFirst("If-Range"))) {
                int from = Integer.parseInt(range.replaceAll("\\D", ""));
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
                exchange.sendResponseHeaders(206, content.length - from);
                exchange.getResponseBody().write(content, from, content.length - from);
            } else {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
