package dev.evenkeel.benchmarks.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Of what is compared: of this source tree, and of the programs that it is compared with. */
public final class Versions {

    private static final String UNKNOWN = "unknown";
    private static final String GATEWAY =
            "/META-INF/maven/org.springframework.cloud/spring-cloud-gateway-server-webflux/pom.properties";

    /** {@code HAProxy version 2.6.12-1} and {@code nginx version: nginx/1.22.1}. */
    private static final Pattern VERSION = Pattern.compile("version:? (?:nginx/)?(\\S+)");

    private Versions() {}

    /** The commit that is checked out, and whether what is compiled has changed since; rows and documents are not. */
    public static String commit(Path root) {
        String commit = output(root, "git", "rev-parse", "--short", "HEAD");
        if (commit.isEmpty()) {
            return UNKNOWN;
        }
        String changes =
                output(root, "git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude)docs");
        return changes.isEmpty() ? commit : commit + "+changes";
    }

    /** The peers', in one line. */
    public static String ofPeers() {
        Path here = Path.of(".");
        return "HAProxy %s, nginx %s, Spring Cloud Gateway %s"
                .formatted(
                        version(output(here, "haproxy", "-v")), version(output(here, "nginx", "-v")), stockGateway());
    }

    /** The version in what a program says of itself. */
    static String version(String output) {
        Matcher matcher = VERSION.matcher(output);
        return matcher.find() ? matcher.group(1) : UNKNOWN;
    }

    /** That of the library that the stock gateway is. */
    static String stockGateway() {
        try (InputStream file = Versions.class.getResourceAsStream(GATEWAY)) {
            if (file == null) {
                return UNKNOWN;
            }
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version", UNKNOWN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a command prints; nothing where it fails, or is not there. */
    private static String output(Path folder, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? output.strip() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
