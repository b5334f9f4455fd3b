package dev.evenkeel.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A fleet with a home and ports of its own, driven through {@code bin/evenkeel}. */
final class Fleet {

    /** What one command of the launcher printed, and its exit status. */
    record Result(int status, String output) {}

    /** One line of {@code evenkeel status}. */
    record Member(String name, long pid, int port, String state) {

        URI uri() {
            return URI.create("http://127.0.0.1:" + port);
        }

        ProcessHandle process() {
            return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError(name + " is gone, process " + pid));
        }
    }

    private static final Path LAUNCHER = Path.of(System.getProperty("evenkeel.launcher"));
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(3);

    private final Path home;
    private final Map<String, String> environment;
    private final int gatewayPort;
    private final int managementPort;

    /** A fleet whose state is in a folder of this name; those of several tests share the extracted services. */
    Fleet() throws IOException {
        this("");
    }

    /** @param nodeArguments of Spring, for every node, with blanks between them */
    Fleet(String nodeArguments) throws IOException {
        home = Files.createDirectories(Path.of(System.getProperty("evenkeel.home")));
        List<Integer> ports = freePorts(3);
        gatewayPort = ports.get(0);
        managementPort = ports.get(1);
        // when the build is stopped, so is the fleet: it stands in process groups of its own
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::endQuietly));
        environment = Map.of(
                "EVENKEEL_NODE_ARGS", nodeArguments,
                "EVENKEEL_HOME", home.toString(),
                "EVENKEEL_GATEWAY_PORT", Integer.toString(gatewayPort),
                "EVENKEEL_GATEWAY_MANAGEMENT_PORT", Integer.toString(managementPort),
                "EVENKEEL_REGISTRY_PORT", Integer.toString(ports.get(2)));
    }

    URI gateway() {
        return URI.create("http://127.0.0.1:" + gatewayPort);
    }

    URI management() {
        return URI.create("http://127.0.0.1:" + managementPort);
    }

    int gatewayPort() {
        return gatewayPort;
    }

    /** Runs a command to its end. */
    Result run(String... command) throws IOException, InterruptedException {
        Foreground launcher = start(command);
        int status = launcher.awaitExit(COMMAND_LIMIT);
        return new Result(status, launcher.output());
    }

    /** Starts a command as a shell at a terminal would: in a process group of its own, open to Ctrl-C. */
    Foreground start(String... command) throws IOException {
        // a build that was itself started in the background ignores SIGINT, and so would all that it starts
        String script = """
                set -m
                reset=
                ! env --default-signal=INT true 2>/dev/null || reset='env --default-signal=INT'
                exec 3>&2 2>/dev/null # what this shell has to say of its jobs is not the launcher's output
                $reset "$@" 2>&3 3>&- &
                echo $! >"$0"
                wait $!
                """;
        Path pidFile = Files.createTempFile(home, "launcher", ".pid");
        Path output = Files.createTempFile(home, "launcher", ".out");
        pidFile.toFile().deleteOnExit();
        output.toFile().deleteOnExit();
        List<String> words = new ArrayList<>(List.of("bash", "-c", script, pidFile.toString(), LAUNCHER.toString()));
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        return new Foreground(builder.start(), pidFile, output);
    }

    /** What {@code evenkeel status} shows. */
    List<Member> members() throws IOException, InterruptedException {
        return run("status")
                .output()
                .lines()
                .map(line -> line.trim().split(" +"))
                .filter(columns -> columns.length >= 5 && columns[1].chars().allMatch(Character::isDigit))
                .map(columns ->
                        new Member(columns[0], Long.parseLong(columns[1]), Integer.parseInt(columns[2]), columns[3]))
                .toList();
    }

    /** The member with this name, as soon as the launcher has started it. */
    Member await(String name) {
        return Waiting.until(
                name + " is in the status",
                COMMAND_LIMIT,
                () -> members().stream()
                        .filter(member -> member.name().equals(name))
                        .findFirst());
    }

    /** Every process whose command line names this fleet's home. */
    List<String> processes() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(commandLine -> commandLine.contains(home + "/app"))
                .toList();
    }

    boolean hasRecords() throws IOException {
        Path run = home.resolve("run");
        if (!Files.isDirectory(run)) {
            return false;
        }
        try (Stream<Path> files = Files.list(run)) {
            return files.anyMatch(file -> file.toString().endsWith(".process"));
        }
    }

    /** The ends of all logs, for the report of a failure. */
    String logTails() {
        try (Stream<Path> logs = Files.list(home.resolve("logs"))) {
            StringBuilder tails = new StringBuilder();
            for (Path log : logs.sorted().toList()) {
                List<String> lines = Files.readAllLines(log);
                tails.append("\n=== ").append(log.getFileName()).append('\n');
                lines.subList(Math.max(0, lines.size() - 40), lines.size())
                        .forEach(line -> tails.append(line).append('\n'));
            }
            return tails.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends whatever is still there. */
    void end() throws IOException, InterruptedException {
        run("down");
    }

    private void endQuietly() {
        try {
            end();
        } catch (IOException | InterruptedException e) {
            System.err.println("bin/evenkeel down failed: " + e);
        }
    }

    /** Ports that nobody listens on, all different. */
    static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** A launcher that is running. */
    static final class Foreground {

        private final Process shell;
        private final Path pidFile;
        private final Path outputFile;

        private Foreground(Process shell, Path pidFile, Path outputFile) {
            this.shell = shell;
            this.pidFile = pidFile;
            this.outputFile = outputFile;
        }

        /** Waits until it has printed this. */
        void awaitOutput(String text) {
            Waiting.until("the launcher prints '" + text + "'", COMMAND_LIMIT, () -> {
                if (!shell.isAlive() && !output().contains(text)) {
                    throw new AssertionError("the launcher ended and had printed:\n" + output());
                }
                return output().contains(text) ? Optional.of(text) : Optional.empty();
            });
        }

        /** What Ctrl-C at a terminal does: SIGINT to the whole process group. */
        void pressCtrlC() throws IOException, InterruptedException {
            new ProcessBuilder("bash", "-c", "kill -INT -- -" + pid()).start().waitFor();
        }

        int awaitExit(Duration limit) throws IOException, InterruptedException {
            if (!shell.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
                throw new AssertionError("the launcher did not end in " + limit + "; it had printed:\n" + output());
            }
            return shell.exitValue();
        }

        String output() throws IOException {
            return Files.readString(outputFile);
        }

        private long pid() {
            return Waiting.until("the launcher has a pid", Duration.ofSeconds(10), () -> {
                String pid = Files.readString(pidFile).trim();
                return pid.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(pid));
            });
        }
    }
}
