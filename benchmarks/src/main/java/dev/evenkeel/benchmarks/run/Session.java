package dev.evenkeel.benchmarks.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A run of a command that leaves rows: when it began, and by which commit. Rows of two are not compared, as neither the
 * machine nor the code need have been the same.
 *
 * @param id as rows have it; nothing in those of before there were sessions. By time in the order of the text
 */
public record Session(String id) {

    /** Begins one. */
    public static Session of(Instant now, String commit) {
        return new Session(now.truncatedTo(ChronoUnit.SECONDS) + " " + commit);
    }

    /** As a sentence goes on with it. */
    public String text() {
        int blank = id.indexOf(' ');
        return blank < 0
                ? "an earlier session, whose time and commit were not kept"
                : "the session of %s at commit `%s`".formatted(id.substring(0, blank), id.substring(blank + 1));
    }
}
