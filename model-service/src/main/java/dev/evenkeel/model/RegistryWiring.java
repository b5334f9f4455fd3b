package dev.evenkeel.model;

import com.netflix.appinfo.ApplicationInfoManager;
import dev.evenkeel.model.health.EurekaRegistry;
import dev.evenkeel.model.health.Registry;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cloud.netflix.eureka.EurekaInstanceConfigBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The node in the registry. With {@code eureka.client.enabled=false} there is none, and nobody is told. */
@Configuration(proxyBeanMethods = false)
class RegistryWiring {

    @Bean
    Registry registry(ObjectProvider<ApplicationInfoManager> client) {
        return new EurekaRegistry(() -> Optional.ofNullable(client.getIfAvailable()));
    }

    /** Tells people who look at the registry what the node serves; the gateway asks the node itself. */
    @Bean
    static BeanPostProcessor modelsInTheRegistry(ObjectProvider<EvenkeelProperties> properties) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof EurekaInstanceConfigBean instance) {
                    String models = properties.getObject().models().stream()
                            .map(EvenkeelProperties.Model::requiredName)
                            .collect(Collectors.joining(","));
                    instance.getMetadataMap().put("models", models);
                }
                return bean;
            }
        };
    }
}
