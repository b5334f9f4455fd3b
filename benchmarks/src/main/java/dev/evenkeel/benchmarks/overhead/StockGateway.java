package dev.evenkeel.benchmarks.overhead;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * Spring Cloud Gateway as it comes: {@code lb://} by round robin over Eureka, a body limit and a retry filter, which
 * makes it keep the body as ours does. All of it is configuration, in {@code stock-gateway.yml}.
 */
@SpringBootApplication
public class StockGateway {

    public static void run(String[] args) {
        new SpringApplicationBuilder(StockGateway.class)
                .properties("spring.config.name=stock-gateway")
                .run(args);
    }
}
