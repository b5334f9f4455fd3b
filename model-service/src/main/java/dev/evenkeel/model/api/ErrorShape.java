package dev.evenkeel.model.api;

/** How an API says that something went wrong. */
interface ErrorShape {

    /** What most APIs answer; each shape has its exceptions. */
    default int status(Problem.Kind kind) {
        return switch (kind) {
            case MALFORMED, INVALID, EMPTY -> 400;
            case UNKNOWN_MODEL, UNKNOWN_PATH -> 404;
            case WRONG_METHOD -> 405;
            case TOO_LARGE -> 413;
            case LIMIT -> 422;
            case OVERLOADED -> 429;
            case BACKEND -> 500;
            // nginx's number for a client that has left; nobody reads it
            case CANCELLED -> 499;
            case UNAVAILABLE -> 503;
            case TIMEOUT -> 504;
        };
    }

    byte[] body(Problem problem);
}
