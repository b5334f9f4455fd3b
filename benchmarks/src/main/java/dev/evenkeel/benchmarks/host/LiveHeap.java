package dev.evenkeel.benchmarks.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM cannot let go of. */
public final class LiveHeap {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");
    private static final double MEGA = 1 << 20;

    private LiveHeap() {}

    /** MB that a full collection leaves; counted as it ends, so that what is allocated meanwhile is not in it. */
    public static double megabytes(Child jvm) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(jvm.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        jcmd.waitFor();
        return megabytes(output);
    }

    static double megabytes(String histogram) {
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IllegalStateException("a histogram of live objects has a total, and not " + histogram);
        }
        return Double.parseDouble(total.group(1)) / MEGA;
    }
}
