package dev.evenkeel.model.api;

import java.time.Duration;

/**
 * What the shapes need to know.
 *
 * @param maxInputs inputs of one request
 * @param maxRequests requests that may be inside
 * @param maxBodyBytes bytes of a request's body
 * @param longestTimeout time that a request is given when it asks for none, and at most
 * @param workers threads that tokenize
 * @param readers requests that are parsed at once
 * @param version of this software
 * @param startedSeconds when the node started, in seconds since 1970
 */
public record ApiSettings(
        int maxInputs,
        int maxRequests,
        int maxBodyBytes,
        Duration longestTimeout,
        int workers,
        int readers,
        String version,
        long startedSeconds) {

    Inputs inputs() {
        return new Inputs(maxInputs);
    }
}
