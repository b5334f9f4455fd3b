package dev.evenkeel.gateway;

import dev.evenkeel.gateway.node.Node;
import dev.evenkeel.gateway.node.NodeSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Stands for the registry: what a test lists is what it says. */
@TestConfiguration
class ListedNodes {

    final List<Node> listed = new CopyOnWriteArrayList<>();

    @Bean
    @Primary
    NodeSource scriptedNodes() {
        return () -> List.copyOf(listed);
    }
}
