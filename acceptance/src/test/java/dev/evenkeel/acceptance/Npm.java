package dev.evenkeel.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The packages of {@code src/test/clients}, installed as its lock file says, and what runs with them. */
final class Npm {

    private static final Path SOURCES = Path.of("src", "test", "clients");
    private static final Path FOLDER = Path.of("target", "clients");

    private Npm() {}

    /** Skips the test where there is no Node.js. What is installed already is left as it is. */
    static void install() throws IOException, InterruptedException {
        assumeTrue(isThere("node") && isThere("npm"), "needs Node.js and npm");
        Files.createDirectories(FOLDER);
        boolean same = Files.isDirectory(FOLDER.resolve("node_modules"))
                && Files.isRegularFile(FOLDER.resolve("package-lock.json"))
                && Files.mismatch(SOURCES.resolve("package-lock.json"), FOLDER.resolve("package-lock.json")) < 0;
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Files.copy(file, FOLDER.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!same) {
            run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"));
        }
    }

    /** What a script of the folder prints. */
    static String node(String script, String... arguments) throws IOException, InterruptedException {
        return run(
                Stream.concat(Stream.of("node", script), Stream.of(arguments)).toList());
    }

    /** What a script prints that is not in the folder, as if it were. */
    static String nodeSource(String source) throws IOException, InterruptedException {
        Files.writeString(FOLDER.resolve("example.mjs"), source);
        return node("example.mjs");
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path errors = FOLDER.resolve("errors.txt");
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectError(errors.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed:\n" + output + Files.readString(errors));
        }
        return output;
    }

    private static boolean isThere(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
