package dev.evenkeel.model.api;

import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.Task;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** The shapes that a node serves, all of them. */
@Configuration(proxyBeanMethods = false)
public class ApiConfiguration {

    /**
     * What the shapes are built on.
     *
     * @param defaultModels the model for requests that name none
     * @param state what the node is ready for
     */
    public record Parts(
            ApiSettings settings, Inference inference, Map<Task, String> defaultModels, Supplier<NodeState> state) {

        public Parts {
            defaultModels = Map.copyOf(defaultModels);
        }

        Models models() {
            return new Models(inference, defaultModels, new RequestTerms(settings.longestTimeout()));
        }
    }

    @Bean
    OpenAiApi openAiApi(Parts parts) {
        return new OpenAiApi(parts.settings, parts.models());
    }

    @Bean
    TeiApi teiApi(Parts parts) {
        return new TeiApi(parts.settings, parts.models(), parts.state);
    }

    @Bean
    OipApi oipApi(Parts parts) {
        return new OipApi(parts.settings, parts.models(), parts.state);
    }

    @Bean
    RequestsApi requestsApi(Parts parts) {
        return new RequestsApi(parts.inference);
    }

    /** After the load report's filter: a refusal carries the report too. */
    @Bean
    FilterRegistrationBean<RefusalFilter> refusalFilter(Parts parts) {
        FilterRegistrationBean<RefusalFilter> filter = new FilterRegistrationBean<>(new RefusalFilter(parts.inference));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return filter;
    }

    @Bean
    ApiErrors apiErrors() {
        return new ApiErrors();
    }
}
