package dev.evenkeel.load;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * A {@link LoadReport} as the value of one HTTP header, in the text form of ORCA (Open Request Cost Aggregation, the
 * {@code endpoint-load-metrics} header that Envoy and gRPC read): {@code TEXT cpu_utilization=0.31,...}.
 *
 * <p>ORCA's own parsers take doubles only and refuse top-level keys that they do not know, so ours carry the prefix
 * {@code named_metrics.}. Numbers are rounded to four decimals. Decoding trusts nothing: whatever is not a report in
 * range gives an empty answer, never an exception.
 *
 * @see <a href="https://github.com/cncf/xds/blob/main/xds/data/orca/v3/orca_load_report.proto">orca_load_report.proto</a>
 */
public final class OrcaText {

    /** A report has some 300 characters; what is much longer is not one. */
    static final int MAX_LENGTH = 2048;

    private static final String FORMAT = "TEXT ";

    /** Four decimals. */
    private static final long SCALE = 10_000;

    /** What travels, in the order of the text. */
    private enum Key {
        CPU_UTILIZATION("cpu_utilization", LoadReport::cpuUtilization),
        MEM_UTILIZATION("mem_utilization", LoadReport::memUtilization),
        RPS("rps_fractional", LoadReport::rps),
        EPS("eps", LoadReport::eps),
        STATE("named_metrics.state", report -> report.state().code()),
        CORES_FREE("named_metrics.cores_free", LoadReport::coresFree),
        CORES_OTHERS("named_metrics.cores_others", LoadReport::coresOthers),
        THROTTLED("named_metrics.throttled", LoadReport::throttled),
        IN_FLIGHT("named_metrics.in_flight", LoadReport::inFlight),
        QUEUE_WORK("named_metrics.queue_work", LoadReport::queueWork),
        WORK_RATE("named_metrics.work_rate", LoadReport::workRate),
        P50_MILLIS("named_metrics.p50_ms", LoadReport::p50Millis),
        SEQ("named_metrics.seq", LoadReport::seq);

        private static final List<Key> ALL = List.of(values());

        private static final Map<String, Key> BY_TEXT =
                Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(key -> key.text, Function.identity()));

        private final String text;

        @SuppressWarnings("ImmutableEnumChecker") // only method references without state
        private final ToDoubleFunction<LoadReport> value;

        Key(String text, ToDoubleFunction<LoadReport> value) {
            this.text = text;
            this.value = value;
        }
    }

    private OrcaText() {}

    /** The header's value; numbers that are not stated are left out. */
    public static String encode(LoadReport report) {
        StringBuilder text = new StringBuilder(384).append(FORMAT);
        for (Key key : Key.ALL) {
            double value = key.value.applyAsDouble(report);
            if (!Double.isNaN(value)) {
                text.append(key.text).append('=');
                appendDecimal(text, value);
                text.append(',');
            }
        }
        text.setLength(text.length() - 1);
        return text.toString();
    }

    /** The report in a header's value, or empty when the value is not a well-formed report with numbers in range. */
    public static Optional<LoadReport> decode(String text) {
        if (text.length() > MAX_LENGTH || !text.startsWith(FORMAT)) {
            return Optional.empty();
        }
        Map<Key, Double> values = new EnumMap<>(Key.class);
        int end;
        for (int start = FORMAT.length(); start <= text.length(); start = end + 1) {
            end = text.indexOf(',', start);
            end = end < 0 ? text.length() : end;
            int equals = text.indexOf('=', start);
            if (equals <= start || equals > end) {
                return Optional.empty();
            }
            double value = parseDecimal(text.substring(equals + 1, end).strip());
            if (Double.isNaN(value)) {
                return Optional.empty();
            }
            Key key = Key.BY_TEXT.get(text.substring(start, equals).strip());
            if (key != null && values.put(key, value) != null) {
                return Optional.empty();
            }
        }
        return report(values);
    }

    private static Optional<LoadReport> report(Map<Key, Double> values) {
        Optional<NodeState> state = NodeState.ofCode(values.getOrDefault(Key.STATE, 0.0));
        if (state.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LoadReport(
                    values.getOrDefault(Key.CPU_UTILIZATION, Double.NaN),
                    values.getOrDefault(Key.MEM_UTILIZATION, Double.NaN),
                    values.getOrDefault(Key.RPS, Double.NaN),
                    values.getOrDefault(Key.EPS, Double.NaN),
                    state.get(),
                    values.getOrDefault(Key.CORES_FREE, Double.NaN),
                    values.getOrDefault(Key.CORES_OTHERS, Double.NaN),
                    values.getOrDefault(Key.THROTTLED, Double.NaN),
                    Math.toIntExact(values.getOrDefault(Key.IN_FLIGHT, 0.0).longValue()),
                    values.getOrDefault(Key.QUEUE_WORK, Double.NaN),
                    values.getOrDefault(Key.WORK_RATE, Double.NaN),
                    values.getOrDefault(Key.P50_MILLIS, Double.NaN),
                    values.getOrDefault(Key.SEQ, 0.0).longValue()));
        } catch (ArithmeticException | IllegalArgumentException outOfRange) {
            return Optional.empty();
        }
    }

    /** Half up to four decimals, without trailing zeros; a report's numbers in 1/10000 fit a long. */
    private static void appendDecimal(StringBuilder text, double value) {
        if (value == Math.rint(value)) {
            text.append((long) value);
            return;
        }
        long scaled = Math.round(value * SCALE);
        text.append(scaled / SCALE);
        long rest = scaled % SCALE;
        if (rest > 0) {
            text.append('.');
            for (long digit = SCALE / 10; rest > 0; digit /= 10) {
                text.append((char) ('0' + rest / digit));
                rest %= digit;
            }
        }
    }

    /** A plain decimal number, or NaN: {@code Double.parseDouble} would also take "NaN", "0x1p3" and "1d". */
    private static double parseDecimal(String number) {
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                return Double.NaN;
            }
        }
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
