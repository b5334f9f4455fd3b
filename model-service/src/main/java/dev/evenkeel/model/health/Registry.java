package dev.evenkeel.model.health;

/** Where nodes are found by gateways. A node registers as starting; these are the changes after that. */
public interface Registry {

    /** The node takes requests. */
    void up();

    /** The node takes no more requests. */
    void down();
}
