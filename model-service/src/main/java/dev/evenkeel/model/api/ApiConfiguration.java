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
    }

    @Bean
    Body body(Parts parts) {
        return new Body(parts.settings.maxBodyBytes(), new Turns(parts.settings.readers()));
    }

    @Bean
    Models models(Parts parts) {
        return new Models(parts.inference, parts.defaultModels, new RequestTerms(parts.settings.longestTimeout()));
    }

    @Bean
    OpenAiApi openAiApi(Parts parts, Body body, Models models) {
        return new OpenAiApi(parts.settings, body, models);
    }

    @Bean
    TeiApi teiApi(Parts parts, Body body, Models models) {
        return new TeiApi(parts.settings, body, models);
    }

    @Bean
    TeiInfoApi teiInfoApi(Parts parts, Body body, Models models) {
        return new TeiInfoApi(parts.settings, body, models, parts.state);
    }

    @Bean
    RerankApi rerankApi(Parts parts, Body body, Models models) {
        return new RerankApi(parts.settings, body, models);
    }

    @Bean
    OipApi oipApi(Parts parts, Body body, Models models) {
        return new OipApi(parts.settings, body, models);
    }

    @Bean
    OipInfoApi oipInfoApi(Parts parts, Body body, Models models) {
        return new OipInfoApi(parts.settings, body, models, parts.state, parts.statistics);
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
