package dev.evenkeel.benchmarks.node;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** One HTTP/1.1 connection, blocking, without any retry. */
final class KeptConnection implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(30);

    private final Socket socket = new Socket();
    private final InputStream in;

    /**
     * Connects to this machine.
     *
     * @throws java.net.ConnectException when nobody listens
     */
    KeptConnection(int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends JSON, reads all of the answer and returns its status. */
    int post(String path, byte[] json) throws IOException {
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost:" + socket.getPort()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + json.length + "\r\n\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[headBytes.length + json.length];
        System.arraycopy(headBytes, 0, request, 0, headBytes.length);
        System.arraycopy(json, 0, request, headBytes.length, json.length);
        try {
            socket.getOutputStream().write(request);
            return read();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private int read() throws IOException {
        String statusLine = line();
        int status = Integer.parseInt(statusLine.split(" ", 3)[1]);
        int length = 0;
        boolean chunked = false;
        boolean last = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] field = line.toLowerCase(Locale.ROOT).split(":", 2);
            String value = field[1].strip();
            switch (field[0]) {
                case "content-length" -> length = Integer.parseInt(value);
                case "transfer-encoding" -> chunked = value.equals("chunked");
                case "connection" -> last = value.equals("close");
                default -> {}
            }
        }
        if (chunked) {
            for (int size = chunk(); size > 0; size = chunk()) {
                in.skipNBytes(size + 2L);
            }
            line();
        } else {
            in.skipNBytes(length);
        }
        if (last) {
            close();
        }
        return status;
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException(line.isEmpty() ? "closed without an answer" : "closed within an answer");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(new SocketException(e.toString()));
        }
    }
}
