package dev.evenkeel.benchmarks.load;

/** The JSON bodies of a run, by the request's place in the trace. */
@FunctionalInterface
public interface Bodies {

    byte[] body(int index);
}
