package dev.evenkeel.batcher;

/** Who goes first: the earlier constant. Within a priority, requests take turns. */
public enum Priority {
    /** Somebody waits for the answer. */
    INTERACTIVE,
    /** May wait for as long as interactive inputs come; takes the places that they leave free. */
    BULK
}
