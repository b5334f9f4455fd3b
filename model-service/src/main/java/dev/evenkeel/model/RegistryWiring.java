package dev.evenkeel.model;

import com.netflix.appinfo.ApplicationInfoManager;
import dev.evenkeel.model.health.EurekaRegistry;
import dev.evenkeel.model.health.Registry;
import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.ModelCard;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The node in the registry. With {@code eureka.client.enabled=false} there is none, and nobody is told. */
@Configuration(proxyBeanMethods = false)
class RegistryWiring {

    @Bean
    Registry registry(ObjectProvider<ApplicationInfoManager> client, Inference inference) {
        return new EurekaRegistry(
                () -> Optional.ofNullable(client.getIfAvailable()),
                () -> inference.models().stream().map(ModelCard::name).toList());
    }
}
