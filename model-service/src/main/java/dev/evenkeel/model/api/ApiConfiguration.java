package dev.evenkeel.model.api;

import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.report.ModelStatistics;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springdoc.core.customizers.OpenApiCustomizer;
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
     * @param statistics what a model did by now, by its name
     */
    public record Parts(
            ApiSettings settings,
            Inference inference,
            Map<Task, String> defaultModels,
            Supplier<NodeState> state,
            Function<String, ModelStatistics> statistics) {

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
        return new TeiApi(parts.settings, parts.models());
    }

    @Bean
    TeiInfoApi teiInfoApi(Parts parts) {
        return new TeiInfoApi(parts.settings, parts.models(), parts.state);
    }

    @Bean
    RerankApi rerankApi(Parts parts) {
        return new RerankApi(parts.settings, parts.models());
    }

    @Bean
    OipApi oipApi(Parts parts) {
        return new OipApi(parts.settings, parts.models());
    }

    @Bean
    OipInfoApi oipInfoApi(Parts parts) {
        return new OipInfoApi(parts.settings, parts.models(), parts.state, parts.statistics);
    }

    @Bean
    RequestsApi requestsApi(Parts parts) {
        return new RequestsApi(parts.inference);
    }

    /** Takes the place of what is found by looking at the controllers, which read their bodies themselves. */
    @Bean
    OpenApiCustomizer openApiDocument(Parts parts) {
        return found -> ApiDocument.describe(found, parts.settings.version());
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
