package dev.evenkeel.benchmarks.overhead;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.run.Services;
import java.util.List;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * Spring Cloud Gateway as it comes: {@code lb://} by round robin over Eureka, a body limit and a retry filter, which
 * makes it keep the body as ours does. All of it is configuration, in {@code stock-gateway.yml}.
 */
@SpringBootApplication
public class StockGateway {

    /**
     * Starts it in a process of its own, and returns at once.
     *
     * @param log what its log is called
     * @param cpus as taskset takes them
     * @param zone where the registries are, as an argument
     */
    public static Child start(
            Services services, String log, String cpus, List<String> jvmFlags, String zone, int port, int management) {
        return services.start(
                log,
                "benchmarks",
                cpus,
                jvmFlags,
                List.of("stock-gateway", zone, "--server.port=" + port, "--management.server.port=" + management));
    }

    public static void run(String[] args) {
        new SpringApplicationBuilder(StockGateway.class)
                .properties("spring.config.name=stock-gateway")
                .run(args);
    }
}
