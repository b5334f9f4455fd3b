package dev.evenkeel.benchmarks.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.OrcaText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ProfileTest {

    private static final Duration LOAD = Duration.ofSeconds(1);

    @Test
    void aSampleBelongsToTheCodeNearestToTheCpuThatIsNotTheJdks() {
        assertThat(partOf("sun.nio.ch.SocketDispatcher", "io.netty.channel.Channel", "dev.evenkeel.A"))
                .isEqualTo("Netty");
        assertThat(partOf("reactor.netty.http.Server", "reactor.core.Mono")).isEqualTo("Reactor Netty");
        assertThat(partOf("java.util.HashMap", "reactor.core.Mono")).isEqualTo("Reactor");
        assertThat(partOf("java.lang.Thread")).isEqualTo("JDK alone");
        assertThat(partOf("com.netflix.Eureka")).isEqualTo("other libraries");
        assertThat(partOf()).isEqualTo("no stack");
    }

    private static String partOf(String... classes) {
        return Samples.part(Samples.owner(List.of(classes)));
    }

    /** This JVM itself, which reads JSON and load reports for a second of its CPU. */
    @Test
    void aRunningJvmIsProfiled(@TempDir Path folder) throws Exception {
        JsonMapper json = JsonMapper.builder().build();
        String document = json.writeValueAsString(List.of("a".repeat(1_000), 1.5, List.of(1, 2, 3)));
        String report = "TEXT cpu_utilization=0.31,named_metrics.seq=12";

        Profile profile = Profile.of(ProcessHandle.current().pid(), folder.resolve("profile.jfr"), () -> {
            long end = System.nanoTime() + LOAD.toNanos();
            while (System.nanoTime() - end < 0) {
                json.readTree(document);
                OrcaText.decode(report);
            }
        });

        assertThat(profile.byPart().get("JSON")).isPositive();
        assertThat(profile.byPart().get(Samples.OURS)).isPositive();
        assertThat(profile.byClassOfOurs()).containsKey("load.OrcaText");
        assertThat(profile.byPart().values().stream().reduce(Duration.ZERO, Duration::plus))
                .as("a second of one thread, and what compiled it")
                .isBetween(LOAD.dividedBy(4), LOAD.multipliedBy(6));
    }
}
