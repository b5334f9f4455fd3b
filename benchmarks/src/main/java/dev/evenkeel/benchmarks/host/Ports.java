package dev.evenkeel.benchmarks.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of this machine that nobody listens on. */
public final class Ports {

    private Ports() {}

    /** Held open until all are found, so that they differ. */
    public static List<Integer> free(int count) {
        if (count == 0) {
            return List.of();
        }
        try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Integer> ports = new ArrayList<>(free(count - 1));
            ports.add(held.getLocalPort());
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
