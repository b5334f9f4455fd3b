package dev.evenkeel.simulator.node;

import java.util.function.Consumer;

/** A request on a node. */
public final class Job {

    final double work;
    final int tokens;
    final Consumer<Answer> answer;

    // the node's own bookkeeping while the job is inside
    long arrivedAt;
    int insideAtArrival;

    /**
     * A request that is about to arrive.
     *
     * @param work in work units, as a core of the reference speed needs for it alone, &gt; 0
     * @param tokens of its text, for nodes that batch
     * @param answer told once, on the node, when the answer leaves it
     */
    public Job(double work, int tokens, Consumer<Answer> answer) {
        this.work = work;
        this.tokens = tokens;
        this.answer = answer;
    }
}
