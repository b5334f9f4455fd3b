package dev.evenkeel.simulator.report;

/**
 * A line of the table of bars.
 *
 * @param bar its number
 * @param text what it asks for
 * @param measured the figures
 * @param state whether they are what it asks for
 */
public record Verdict(String bar, String text, String measured, State state) {

    /** How a bar stands. */
    public enum State {
        MET("met"),
        NOT_MET("not met"),
        NOT_MEASURED("not measured");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }

        static State of(boolean isMet) {
            return isMet ? MET : NOT_MET;
        }
    }

    static Verdict notMeasured(String bar, String text, String why) {
        return new Verdict(bar, text, why, State.NOT_MEASURED);
    }
}
