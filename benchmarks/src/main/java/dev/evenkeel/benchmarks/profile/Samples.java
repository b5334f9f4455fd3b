package dev.evenkeel.benchmarks.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a flight recording's CPU samples say. A sample belongs to the code nearest to the CPU that is not the JDK's: a
 * library pays for what it lets the JDK do, such as the system calls of a socket.
 *
 * @param byPart share of the samples of each library, 0 to 1, together 1
 * @param byClassOfOurs share of the samples of each class of ours, by its name without the common package
 * @see <a href="https://openjdk.org/jeps/509">JEP 509: JFR CPU-Time Profiling</a>
 */
public record Samples(Map<String, Double> byPart, Map<String, Double> byClassOfOurs) {

    /** The event, which is taken by CPU time: a thread that waits is not in it. */
    static final String EVENT = "jdk.CPUTimeSample";

    /** Ours. */
    static final String OURS = "Evenkeel";

    private static final String OUR_PACKAGE = "dev.evenkeel.";
    private static final String JDK = "JDK alone";
    private static final String OTHERS = "other libraries";
    private static final String UNKNOWN = "no stack";

    /** The packages of a part; the first that fits has it. */
    private static final Map<String, List<String>> PARTS = parts();

    private static Map<String, List<String>> parts() {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        parts.put(OURS, List.of(OUR_PACKAGE));
        parts.put("Spring", List.of("org.springframework."));
        parts.put("Reactor Netty", List.of("reactor.netty."));
        parts.put("Reactor", List.of("reactor."));
        parts.put("Netty", List.of("io.netty."));
        parts.put("meters", List.of("io.micrometer.", "io.prometheus."));
        parts.put("JSON", List.of("tools.jackson.", "com.fasterxml."));
        return parts;
    }

    public Samples {
        byPart = Map.copyOf(byPart);
        byClassOfOurs = Map.copyOf(byClassOfOurs);
    }

    /**
     * Reads a recording.
     *
     * @throws IllegalStateException for one without such samples
     */
    public static Samples read(Path recording) throws IOException {
        Map<String, Double> byPart = new TreeMap<>();
        Map<String, Double> byClass = new TreeMap<>();
        double all = 0;
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (!event.getEventType().getName().equals(EVENT)) {
                    continue;
                }
                double weight = weight(event);
                all += weight;
                String owner = owner(classes(event));
                String part = part(owner);
                byPart.merge(part, weight, Double::sum);
                if (part.equals(OURS)) {
                    byClass.merge(shortName(owner), weight, Double::sum);
                }
            }
        }
        if (all == 0) {
            throw new IllegalStateException(recording + " has no event " + EVENT + ": that takes JDK 25 on Linux");
        }
        double total = all;
        byPart.replaceAll((_, weight) -> weight / total);
        byClass.replaceAll((_, weight) -> weight / total);
        return new Samples(byPart, byClass);
    }

    /** CPU time that it stands for. */
    private static double weight(RecordedEvent event) {
        Duration period = event.getDuration("samplingPeriod");
        return Math.max(1, period.toNanos());
    }

    /** From the one nearest to the CPU on. */
    private static List<String> classes(RecordedEvent event) {
        RecordedStackTrace stack = event.getStackTrace();
        return stack == null
                ? List.of()
                : stack.getFrames().stream()
                        .filter(RecordedFrame::isJavaFrame)
                        .map(frame -> frame.getMethod().getType().getName())
                        .toList();
    }

    /** Whose a sample is, by the classes on its stack, the nearest to the CPU first; empty without a stack. */
    static String owner(List<String> classes) {
        return classes.stream()
                .filter(name -> !isJdk(name))
                .findFirst()
                .orElse(classes.isEmpty() ? "" : classes.getFirst());
    }

    /** The part that a class belongs to. */
    static String part(String owner) {
        if (owner.isEmpty()) {
            return UNKNOWN;
        }
        if (isJdk(owner)) {
            return JDK;
        }
        return PARTS.entrySet().stream()
                .filter(part -> part.getValue().stream().anyMatch(owner::startsWith))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(OTHERS);
    }

    private static boolean isJdk(String name) {
        return name.startsWith("java.")
                || name.startsWith("jdk.")
                || name.startsWith("sun.")
                || name.startsWith("com.sun.");
    }

    /** Without the common package, and without what the compiler made of it. */
    private static String shortName(String name) {
        return name.substring(OUR_PACKAGE.length()).replaceAll("[$].*", "");
    }
}
