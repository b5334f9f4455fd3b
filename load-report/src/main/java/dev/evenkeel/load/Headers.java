package dev.evenkeel.load;

/** The HTTP header names that nodes, gateways and clients share. */
public final class Headers {

    /** Response, node to gateway: the node's {@link LoadReport} in {@link OrcaText}. The gateway strips it. */
    public static final String LOAD = "endpoint-load-metrics";

    /** Response, node to gateway: the node's instance id. The gateway strips it. */
    public static final String INSTANCE = "X-Evenkeel-Instance";

    /** Response, gateway to client: the name of the node that answered. */
    public static final String NODE = "X-Evenkeel-Node";

    /** Request, client to gateway and node: the model's name, for APIs whose path and body name none. */
    public static final String MODEL = "X-Evenkeel-Model";

    /**
     * Request: milliseconds within which the client wants its answer. Work that has not begun by then is dropped.
     */
    public static final String TIMEOUT = "X-Request-Timeout-Ms";

    /** Request: {@code interactive}, the default, or {@code bulk}, which waits for all that is interactive. */
    public static final String PRIORITY = "X-Evenkeel-Priority";

    /** Request: by which it can be cancelled at the node, {@code DELETE /internal/requests/{id}}. */
    public static final String REQUEST_ID = "X-Request-Id";

    private static final String OURS = "X-Evenkeel-";

    private Headers() {}

    /** True for a name that only Evenkeel gives a meaning to, in any spelling. */
    public static boolean isOurs(String name) {
        return name.regionMatches(true, 0, OURS, 0, OURS.length());
    }
}
