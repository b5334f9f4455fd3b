package dev.evenkeel.gateway.pick;

import dev.evenkeel.gateway.flow.ApiException;
import dev.evenkeel.gateway.flow.Flow;
import java.util.Map;
import java.util.Objects;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Refuses a request of a model that has as many under way as it may. Before a node is picked: that the fleet has too much to
 * do is another reason, and the client is told which of the two it is.
 */
public final class ModelLimitFilter implements GlobalFilter {

    private final Map<String, Integer> maxRequests;
    private final ModelLimits limits;
    private final Rejections rejections;

    /**
     * The filter.
     *
     * @param maxRequests by model, how many requests of it may be inside, &gt;= 1; none named is no limit
     */
    public ModelLimitFilter(Map<String, Integer> maxRequests, Rejections rejections) {
        this.maxRequests = Map.copyOf(maxRequests);
        this.limits = new ModelLimits(this.maxRequests);
        this.rejections = rejections;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Flow flow = Objects.requireNonNull(Flow.of(exchange), "the route stage comes first");
        if (limits.enter(flow)) {
            return chain.filter(exchange);
        }
        rejections.countModelLimit();
        return Mono.error(new ApiException(
                HttpStatus.TOO_MANY_REQUESTS,
                "the model '" + flow.model() + "' has as many requests under way as max-requests allows: "
                        + maxRequests.get(flow.model()),
                ModelLimits.RETRY_AFTER));
    }
}
