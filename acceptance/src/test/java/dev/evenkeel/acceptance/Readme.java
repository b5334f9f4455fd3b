package dev.evenkeel.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The calls that the README shows, each with the answer that stands below it. */
record Readme(String command, String answer) {

    private static final Path FILE = Path.of(System.getProperty("evenkeel.root"), "README.md");
    private static final Pattern CALL =
            Pattern.compile("```sh\n(curl [^`]*?)\n```\n+```json\n(.*?)\n```", Pattern.DOTALL);

    private static final double TOLERANCE = 1e-4;

    private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+");

    static List<Readme> calls() throws IOException {
        Matcher matcher = CALL.matcher(Files.readString(FILE));
        return matcher.results()
                .map(call -> new Readme(call.group(1), call.group(2)))
                .toList();
    }

    /** The same, but for the last digits of numbers, which are the CPU's. */
    boolean isAnswer(String printed) {
        return withoutNumbers(printed).equals(withoutNumbers(answer)) && sameNumbers(numbers(printed), numbers(answer));
    }

    private static String withoutNumbers(String json) {
        return NUMBER.matcher(json).replaceAll("#");
    }

    private static double[] numbers(String json) {
        return NUMBER.matcher(json)
                .results()
                .mapToDouble(number -> Double.parseDouble(number.group()))
                .toArray();
    }

    private static boolean sameNumbers(double[] some, double[] others) {
        return some.length == others.length
                && IntStream.range(0, some.length).allMatch(i -> Math.abs(some[i] - others[i]) < TOLERANCE);
    }

    /** What the command prints when a shell runs it, against a gateway on another port than the README's. */
    String run(int gatewayPort) throws IOException, InterruptedException {
        String here =
                command.replace("curl ", "curl --max-time 30 ").replace("localhost:8080", "localhost:" + gatewayPort);
        Process shell =
                new ProcessBuilder("bash", "-c", here).redirectErrorStream(true).start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        shell.waitFor();
        return output.strip();
    }
}
