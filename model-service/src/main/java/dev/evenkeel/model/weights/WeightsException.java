package dev.evenkeel.model.weights;

import java.io.IOException;

/** Its message is the sentence for people, and trying again would not help. */
class WeightsException extends IOException {

    private static final long serialVersionUID = 1;

    WeightsException(String sentence) {
        super(sentence);
    }

    WeightsException(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    /** A server's answer that refuses the file. */
    static final class Status extends WeightsException {

        private static final long serialVersionUID = 1;

        private final int code;

        Status(String sentence, int code) {
            super(sentence);
            this.code = code;
        }

        /** The file is not there; stores that may not be listed say 403 for that. */
        boolean absent() {
            return code == 404 || code == 403;
        }
    }
}
