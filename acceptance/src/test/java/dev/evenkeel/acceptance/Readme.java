package dev.evenkeel.acceptance;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The calls that the README shows, each with the answer that stands below it. */
record Readme(String command, String answer) {

    private static final Path FILE = Path.of(System.getProperty("evenkeel.root"), "README.md");
    private static final Pattern CALL =
            Pattern.compile("```sh\n(curl [^`]*?)\n```\n+```json\n(.*?)\n```", Pattern.DOTALL);

    private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+");

    static List<Readme> calls() throws IOException {
        Matcher matcher = CALL.matcher(Files.readString(FILE));
        return matcher.results()
                .map(call -> new Readme(call.group(1), call.group(2)))
                .toList();
    }

    /** With five decimals of every number: the digits after those are the CPU's. */
    static String rounded(String json) {
        return NUMBER.matcher(json)
                .replaceAll(number -> new BigDecimal(number.group())
                        .setScale(5, RoundingMode.HALF_UP)
                        .toPlainString());
    }

    /** What the command prints when a shell runs it, against a gateway on another port than the README's. */
    String run(int gatewayPort) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("bash", "-c", command.replace("localhost:8080", "localhost:" + gatewayPort))
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!shell.waitFor(30, TimeUnit.SECONDS)) {
            shell.destroy();
            throw new AssertionError("does not end: " + command);
        }
        return output.strip();
    }
}
