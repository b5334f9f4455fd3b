package dev.evenkeel.batcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How long a batch takes, by its inputs and the tokens of the longest: a measured grid and what lies between and beyond.
 *
 * <p>Between the points it is bilinear. Below the smallest length the line of the first two lengths goes on, down to 0
 * at most; above the greatest length, that of the last two. Below the least count of inputs it is as at the least; above
 * the greatest, each input costs what it costs there, since batches have saturated by then. More inputs or more tokens
 * never take less time: where a measurement says so, which is noise, the larger earlier value stands.
 *
 * <p>As text it is CSV with the header {@code inputs,tokens,micros} and a line for each point in any order; lines that
 * are empty or start with {@code #} say nothing.
 */
public final class ServiceCurve {

    private static final String HEADER = "inputs,tokens,micros";

    /**
     * A measurement.
     *
     * @param inputs in the batch, at least 1
     * @param tokens of the longest input, at least 0
     * @param micros microseconds of the call, at least 0
     */
    public record Point(int inputs, int tokens, long micros) {

        public Point {
            if (inputs < 1 || tokens < 0 || micros < 0) {
                throw new IllegalArgumentException(
                        "inputs " + inputs + ", tokens " + tokens + ", micros " + micros + "; at least 1, 0 and 0");
            }
        }
    }

    private final List<Point> points;
    private final int[] inputs;
    private final int[] tokens;
    /** By inputs, then by tokens; rises in both. */
    private final double[][] micros;

    private ServiceCurve(Map<Integer, Map<Integer, Point>> grid) {
        TreeSet<Integer> lengths = new TreeSet<>();
        grid.values().forEach(row -> lengths.addAll(row.keySet()));
        if (grid.size() < 2 || lengths.size() < 2) {
            throw new IllegalArgumentException("a service curve of " + grid.size() + " counts of inputs and "
                    + lengths.size() + " lengths; at least 2 of each");
        }
        this.inputs = grid.keySet().stream().mapToInt(Integer::intValue).toArray();
        this.tokens = lengths.stream().mapToInt(Integer::intValue).toArray();
        this.micros = new double[inputs.length][tokens.length];
        List<Point> all = new ArrayList<>();
        int i = 0;
        for (Map.Entry<Integer, Map<Integer, Point>> row : grid.entrySet()) {
            for (int j = 0; j < tokens.length; j++) {
                Point point = row.getValue().get(tokens[j]);
                if (point == null) {
                    throw new IllegalArgumentException("the service curve has no point of " + row.getKey()
                            + " inputs and " + tokens[j] + " tokens; every count needs every length");
                }
                all.add(point);
                double before = Math.max(i > 0 ? micros[i - 1][j] : 0, j > 0 ? micros[i][j - 1] : 0);
                micros[i][j] = Math.max((double) point.micros(), before);
            }
            i++;
        }
        this.points = List.copyOf(all);
    }

    /**
     * A curve through these points.
     *
     * @param points a full grid: each count of inputs with each length, once; at least two counts and two lengths
     */
    public static ServiceCurve of(List<Point> points) {
        Map<Integer, Map<Integer, Point>> grid = new TreeMap<>();
        points.forEach(point -> put(grid, point));
        return new ServiceCurve(grid);
    }

    /** Reads the text form; an error names the line and what is wrong with it. */
    public static ServiceCurve parse(String csv) {
        Map<Integer, Map<Integer, Point>> grid = new TreeMap<>();
        boolean header = false;
        List<String> lines = csv.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                if (header) {
                    put(grid, point(line));
                } else if (!line.equals(HEADER)) {
                    throw new IllegalArgumentException("'" + line + "' stands where the header " + HEADER + " belongs");
                }
                header = true;
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + (i + 1) + " of the service curve: " + e.getMessage(), e);
            }
        }
        return new ServiceCurve(grid);
    }

    private static Point point(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException(
                    "'" + line + "' has " + fields.length + " fields; it needs 3: " + HEADER);
        }
        try {
            return new Point(
                    Integer.parseInt(fields[0].strip()),
                    Integer.parseInt(fields[1].strip()),
                    Long.parseLong(fields[2].strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + line + "' is not three whole numbers: " + HEADER, e);
        }
    }

    private static void put(Map<Integer, Map<Integer, Point>> grid, Point point) {
        Point before =
                grid.computeIfAbsent(point.inputs(), count -> new TreeMap<>()).putIfAbsent(point.tokens(), point);
        if (before != null) {
            throw new IllegalArgumentException("the point of " + point.inputs() + " inputs and " + point.tokens()
                    + " tokens is there twice; once is right");
        }
    }

    /** The measurements as they were given, in order of inputs and then tokens. */
    public List<Point> points() {
        return points;
    }

    /** The text form, which {@link #parse} reads. */
    public String toCsv() {
        StringBuilder csv = new StringBuilder(HEADER).append('\n');
        for (Point point : points) {
            csv.append(point.inputs() + "," + point.tokens() + "," + point.micros() + "\n");
        }
        return csv.toString();
    }

    /**
     * Microseconds of a batch, at least 0.
     *
     * @param count inputs, at least 1
     * @param longest tokens of the longest of them, at least 0
     */
    public double micros(int count, int longest) {
        if (count < 1 || longest < 0) {
            throw new IllegalArgumentException(
                    "a batch of " + count + " inputs of " + longest + " tokens; at least 1 and 0");
        }
        int last = inputs.length - 1;
        if (count >= inputs[last]) {
            return row(last, longest) * count / inputs[last];
        }
        int i = cell(inputs, count);
        double share = Math.max(0, (double) (count - inputs[i]) / (inputs[i + 1] - inputs[i]));
        return (1 - share) * row(i, longest) + share * row(i + 1, longest);
    }

    /** As {@link #micros}, in whole nanoseconds. */
    public long nanos(int count, int longest) {
        return Math.round(micros(count, longest) * 1_000);
    }

    /** Along a row's length. Beyond the grid two rows' lines may cross, so the smaller counts' rows are a floor. */
    private double row(int row, int longest) {
        int j = cell(tokens, longest);
        double share = (double) (longest - tokens[j]) / (tokens[j + 1] - tokens[j]);
        double most = 0;
        for (int i = 0; i <= row; i++) {
            most = Math.max(most, micros[i][j] + share * (micros[i][j + 1] - micros[i][j]));
        }
        return most;
    }

    /** Of the pairs of neighbours on an axis, the one that a value lies between or is nearest to. */
    private static int cell(int[] axis, int value) {
        int i = 0;
        while (i < axis.length - 2 && value >= axis[i + 1]) {
            i++;
        }
        return i;
    }
}
