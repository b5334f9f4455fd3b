package dev.evenkeel.model.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import com.netflix.discovery.StatusChangeEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.netflix.eureka.EurekaInstanceConfigBean;

/** What a node says to the registry, with Eureka's own client and no server. */
class EurekaRegistryTest {

    /** A change of status is sent at once, so whoever sees the node UP must see its models with it. */
    @Test
    void theModelsAreThereBeforeTheNodeIsUp() {
        List<String> seen = new ArrayList<>();
        try (InetUtils addresses = new InetUtils(new InetUtilsProperties())) {
            InstanceInfo instance = InstanceInfo.Builder.newBuilder()
                    .setInstanceId("node-1")
                    .setAppName("model-service")
                    .setStatus(InstanceStatus.STARTING)
                    .build();
            ApplicationInfoManager manager =
                    new ApplicationInfoManager(new EurekaInstanceConfigBean(addresses), instance);
            manager.registerStatusChangeListener(new ApplicationInfoManager.StatusChangeListener() {
                @Override
                public String getId() {
                    return "test";
                }

                @Override
                public void notify(StatusChangeEvent change) {
                    seen.add(change.getStatus() + " " + instance.getMetadata().get("models"));
                }
            });
            EurekaRegistry registry =
                    new EurekaRegistry(() -> Optional.of(manager), () -> List.of("encoder", "ranker"));
            registry.up();
            registry.down();
        }
        assertThat(seen).containsExactly("UP encoder,ranker", "DOWN encoder,ranker");
    }

    @Test
    void aNodeWithoutARegistryHasNobodyToTell() {
        EurekaRegistry registry = new EurekaRegistry(Optional::empty, List::of);
        registry.up();
        registry.down();
    }
}
