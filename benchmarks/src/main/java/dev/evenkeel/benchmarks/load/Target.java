package dev.evenkeel.benchmarks.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Where requests go: POST of JSON to one path of one server on this machine. */
public record Target(InetSocketAddress address, String path) {

    public static Target local(int port, String path) {
        return new Target(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), path);
    }
}
