package dev.evenkeel.model.weights;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A process that fetches one model: {@code dir url}. */
final class Node {

    private Node() {}

    public static void main(String[] args) throws IOException {
        DownloadSettings settings = new DownloadSettings(
                DownloadSettings.DEFAULT.zoo(), Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMinutes(2));
        Weights.in(Path.of(args[0]), settings, System::nanoTime).folder(ModelSource.of("m", URI.create(args[1])));
    }

    static Process start(Path dir, URI url) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Node.class.getName(),
                        dir.toString(),
                        url.toString()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start();
    }
}
