package dev.evenkeel.benchmarks.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A run of a command that leaves rows: when it began, and by which commit. Rows of two are not compared, as neither the
 * machine nor the code need have been the same. A screening is one that only says who is worth a longer run.
 *
 * @param id as rows have it; nothing in those of before there were sessions. By time in the order of the text
 */
public record Session(String id) {

    private static final String SCREENING = " screening";

    /** Begins one. */
    public static Session of(Instant now, String commit) {
        return new Session(now.truncatedTo(ChronoUnit.SECONDS) + " " + commit);
    }

    /** The same, as a screening. */
    public Session screening() {
        return new Session(id + SCREENING);
    }

    public boolean isScreening() {
        return id.endsWith(SCREENING);
    }

    /** As a heading has it. */
    public String title() {
        String[] words = words();
        return words.length < 2 ? "an earlier session" : (isScreening() ? "screening of " : "session of ") + words[0];
    }

    /** As a sentence goes on with it. */
    public String text() {
        String[] words = words();
        return words.length < 2
                ? title() + ", whose time and commit were not kept"
                : "the %s at commit `%s`".formatted(title(), words[1]);
    }

    private String[] words() {
        return id.split(" ", -1);
    }
}
