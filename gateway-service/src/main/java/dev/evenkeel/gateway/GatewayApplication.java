package dev.evenkeel.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import reactor.netty.ReactorNetty;

/** Starts the gateway. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayApplication {

    public static void main(String[] args) {
        oneEventLoopPerProcessor();
        SpringApplication.run(GatewayApplication.class, args);
    }

    /**
     * Reactor Netty has four at least, however few the processors: on one of them a request's client and node are mostly on
     * different loops, which wake each other (ADR 0029). Who sets the property has the last word.
     */
    private static void oneEventLoopPerProcessor() {
        if (System.getProperty(ReactorNetty.IO_WORKER_COUNT) == null) {
            int processors = Runtime.getRuntime().availableProcessors();
            System.setProperty(ReactorNetty.IO_WORKER_COUNT, Integer.toString(processors));
        }
    }
}
