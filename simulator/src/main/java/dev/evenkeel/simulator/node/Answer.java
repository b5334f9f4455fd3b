package dev.evenkeel.simulator.node;

import dev.evenkeel.load.LoadReport;

/** What comes back from a node. */
public sealed interface Answer {

    /** The result, and the node's report. */
    record Done(LoadReport report) implements Answer {}

    /** A failure of the node, told by itself. */
    record Failed(LoadReport report) implements Answer {}

    /** The node's queue is full. */
    record Full(LoadReport report) implements Answer {}

    /** Nobody listens there, or the connection broke. */
    record Gone(boolean refused) implements Answer {}
}
