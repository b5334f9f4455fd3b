package dev.evenkeel.model.api;

/**
 * What the shapes need to know.
 *
 * @param maxInputs inputs of one request
 * @param maxBodyBytes bytes of a request's body
 * @param workers threads that tokenize
 * @param version of this software
 * @param startedSeconds when the node started, in seconds since 1970
 */
public record ApiSettings(int maxInputs, int maxBodyBytes, int workers, String version, long startedSeconds) {

    Body body() {
        return new Body(maxBodyBytes);
    }

    Inputs inputs() {
        return new Inputs(maxInputs);
    }
}
