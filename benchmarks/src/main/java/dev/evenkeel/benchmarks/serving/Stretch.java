package dev.evenkeel.benchmarks.serving;

import dev.evenkeel.benchmarks.load.Clients;

/**
 * What one server did for a while.
 *
 * @param inputs texts of each request
 * @param cpuSeconds of the server's process while requests were counted
 * @param batches what its meters say, the warm-up included; all 0 for a server without them
 * @param noise cores that others used
 */
record Stretch(Clients.Counted counted, int inputs, double cpuSeconds, Batches batches, double noise) {

    double inputsPerSecond() {
        return inputs * counted.perSecond();
    }

    double p50() {
        return counted.millisAt(50);
    }

    double p99() {
        return counted.millisAt(99);
    }

    double cpuMillisPerRequest() {
        return 1000 * cpuSeconds / counted.nanos().getTotalCount();
    }
}
