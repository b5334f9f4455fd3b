package dev.evenkeel.benchmarks.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP connection to a port of this machine that can be cut, as a network is: what is sent gets lost, nothing is refused
 * and nothing is reset.
 */
final class Link implements AutoCloseable {

    private final ServerSocket entrance;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /** @param target a port of the loopback interface */
    Link(int target) {
        this.target = target;
        try {
            entrance = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** From now on nothing passes, nor does a connection that is made meanwhile lead anywhere. */
    void cut() {
        cut = true;
    }

    /** New connections lead to the target again; those that lost something are reset. */
    void mend() {
        cut = false;
        sockets.forEach(Link::closeQuietly);
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                sockets.add(client);
                if (!cut) {
                    connect(client);
                }
            } catch (SocketException _) {
                // the entrance is closed
            } catch (IOException e) {
                System.err.println("link to " + target + ": " + e);
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(server);
            Thread.ofVirtual().start(() -> pass(client, server));
            Thread.ofVirtual().start(() -> pass(server, client));
        } catch (ConnectException _) {
            // nobody listens there: the client is told by the end of its connection
            sockets.remove(client);
            client.close();
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!cut) {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException _) {
            // one side has closed: so does the other
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        sockets.forEach(Link::closeQuietly);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // it is gone all the same
        }
    }
}
