package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.load.Target;
import dev.evenkeel.benchmarks.peer.Proxies;
import java.net.URI;

/**
 * What stands in front of the nodes in a run.
 *
 * @param name a policy of ours, a proxy, or {@link Subjects#STOCK}
 */
record Subject(String name, Child process, int port) {

    /** A gateway on the JVM, which is slow until it is compiled. */
    boolean isGateway() {
        return !Proxies.isOne(name);
    }

    Target target() {
        return Target.local(port, Fleet.PATH);
    }

    URI uri() {
        return URI.create("http://localhost:" + port + Fleet.PATH);
    }
}
