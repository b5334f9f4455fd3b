package dev.evenkeel.benchmarks.fleet;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.run.Services;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A fleet's registry, or two of them that are each other's peers. */
final class Registries {

    private final Services services;
    private final String cpus;
    private final List<Integer> ports;
    private final List<Child> processes = new ArrayList<>();

    /** Starts them, and returns when each answers. */
    Registries(Services services, String cpus, int count) throws InterruptedException {
        this.services = services;
        this.cpus = cpus;
        ports = Ports.free(count);
        for (int i = 0; i < count; i++) {
            processes.add(start(i));
        }
    }

    private Child start(int place) throws InterruptedException {
        List<URI> peers =
                uris().stream().filter(uri -> uri.getPort() != ports.get(place)).toList();
        return services.startRegistry(
                place == 0 ? "registry" : "registry-" + (place + 1), ports.get(place), cpus, peers);
    }

    /** Where each is asked. */
    List<URI> uris() {
        return ports.stream().map(Services::registryUri).toList();
    }

    Child first() {
        return processes.getFirst();
    }

    /** Starts the first again, which has ended, and returns when it answers. */
    void replaceFirst() throws InterruptedException {
        processes.set(0, start(0));
    }
}
