package dev.evenkeel.gateway.node;

import java.util.List;

/** Says which nodes are there. Answers from memory: it is asked every second and after every change. */
@FunctionalInterface
public interface NodeSource {

    List<Node> nodes();
}
