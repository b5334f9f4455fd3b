package dev.evenkeel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.acceptance.Fleet.Foreground;
import dev.evenkeel.acceptance.Fleet.Result;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the launcher does when things go wrong or are stopped half-way. */
class LauncherIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Fleet fleet = new Fleet();

    LauncherIT() throws Exception {}

    @AfterEach
    void nothingIsLeft() throws Exception {
        fleet.end();
        assertThat(fleet.processes()).isEmpty();
        assertThat(fleet.hasRecords()).isFalse();
    }

    @Test
    void aTakenPortIsNamedAndNothingIsStarted() throws Exception {
        try (ServerSocket _ = new ServerSocket(fleet.gatewayPort(), 1, InetAddress.getLoopbackAddress())) {
            Result up = fleet.run("up", "--no-build");

            assertThat(up.status()).isEqualTo(1);
            assertThat(up.output()).contains("port " + fleet.gatewayPort(), "EVENKEEL_GATEWAY_PORT");
            assertThat(fleet.hasRecords()).isFalse();
        }
    }

    @Test
    void ctrlCWhileTheFleetStartsEndsIt() throws Exception {
        Foreground up = fleet.start("up", "--nodes", "2", "--no-build");
        fleet.await("gateway");

        up.pressCtrlC();

        assertThat(up.awaitExit(LIMIT)).isEqualTo(130);
    }

    @Test
    void downEndsAFleetThatIsStarting() throws Exception {
        Foreground up = fleet.start("up", "--nodes", "1", "--no-build");
        fleet.await("registry");

        Result down = fleet.run("down");

        assertThat(down.status()).isZero();
        assertThat(up.awaitExit(LIMIT)).isEqualTo(143);
    }

    @Test
    void aProcessThatDiesWhileItStartsIsNamedWithTheEndOfItsLog() throws Exception {
        Foreground up = fleet.start("up", "--nodes", "1", "--no-build");
        fleet.await("node-1").process().destroyForcibly();

        assertThat(up.awaitExit(LIMIT)).isEqualTo(1);
        assertThat(up.output()).contains("node-1 ended while it was starting", "node-1.log");
    }

    @Test
    void withoutAFleetTheCommandsSaySo() throws Exception {
        assertThat(fleet.run("status")).isEqualTo(new Result(1, "no fleet is running\n"));
        assertThat(fleet.run("down")).isEqualTo(new Result(0, "no fleet is running\n"));
        assertThat(fleet.run("scale", "2").status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"sail, 'sail'", "up --fast, '--fast'", "up --nodes none, 'none'", "scale 0, '0'", "logs ../x, name"})
    void misuseIsOneSentenceAndTheUsage(String words, String named) throws Exception {
        Result result = fleet.run(words.split(" "));

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.output().lines().findFirst().orElseThrow()).contains(named);
        assertThat(result.output()).contains("Usage: bin/evenkeel");
    }
}
