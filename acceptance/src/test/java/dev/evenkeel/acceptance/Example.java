package dev.evenkeel.acceptance;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program of docs/clients.md, and what stands below it as its output.
 *
 * @param language of the program
 * @param program as it stands there
 * @param output the same
 */
record Example(String language, String program, String output) {

    private static final Path FILE = Path.of(System.getProperty("evenkeel.root"), "docs", "clients.md");
    private static final Pattern BLOCKS = Pattern.compile(
            "```(sh|python|javascript|java)\n((?:(?!```).)*?)\n```\n+```(?:json|text)\n(.*?)\n```", Pattern.DOTALL);

    static List<Example> all() throws IOException {
        return BLOCKS.matcher(Files.readString(FILE))
                .results()
                .map(blocks -> new Example(blocks.group(1), blocks.group(2), blocks.group(3)))
                .toList();
    }

    /** What it prints against a gateway on another port than the page's. */
    String run(int gatewayPort) throws IOException, InterruptedException {
        String here = program.replace("localhost:8080", "localhost:" + gatewayPort);
        return switch (language) {
            case "sh" -> run(List.of("bash", "-c", here));
            case "python" -> run(List.of("python3", "-c", here));
            case "javascript" -> Npm.nodeSource(here).strip();
            default -> java(here);
        };
    }

    /** A source file that is run as it is, with the clients on the class path. */
    private static String java(String source) throws IOException, InterruptedException {
        Path file = Files.createDirectories(Path.of("target", "examples")).resolve("Example.java");
        Files.writeString(file, source);
        return run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:disable",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator),
                file.toString()));
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("example", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? printed : printed + Files.readString(errors);
        } finally {
            Files.delete(errors);
        }
    }

    /** The same, but for the last digits of numbers, which are the CPU's. */
    boolean printed(String something) {
        return new Readme(program, output).isAnswer(something);
    }

    @Override
    public String toString() {
        return language + ": "
                + program.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    }
}
