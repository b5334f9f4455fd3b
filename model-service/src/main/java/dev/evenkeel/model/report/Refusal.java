package dev.evenkeel.model.report;

/** Why a request was refused before any work was done for it. */
public enum Refusal {
    /** More work is inside than the queue may hold. */
    QUEUE_FULL("queue_full"),
    /** Memory is near its limit. */
    MEMORY("memory"),
    /** The node stops. */
    DRAINING("draining"),
    /** The models are not loaded yet. */
    WARMING("warming"),
    /** The answer would take more memory than one request may have. */
    TOO_LARGE("too_large");

    private final String tag;

    Refusal(String tag) {
        this.tag = tag;
    }

    String tag() {
        return tag;
    }
}
