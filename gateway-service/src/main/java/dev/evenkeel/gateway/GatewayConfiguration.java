package dev.evenkeel.gateway;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Policies;
import dev.evenkeel.balancer.Wiring;
import dev.evenkeel.balancer.admission.Admission;
import dev.evenkeel.balancer.admission.RetryBudget;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.drain.Drain;
import dev.evenkeel.gateway.drain.LeaveFilter;
import dev.evenkeel.gateway.fleet.FirstNode;
import dev.evenkeel.gateway.fleet.FleetHealth;
import dev.evenkeel.gateway.fleet.FleetRoutes;
import dev.evenkeel.gateway.fleet.FleetView;
import dev.evenkeel.gateway.forward.ForwardFilter;
import dev.evenkeel.gateway.node.Catalog;
import dev.evenkeel.gateway.node.DiscoveryNodeSource;
import dev.evenkeel.gateway.node.LoadPoller;
import dev.evenkeel.gateway.node.LoadProber;
import dev.evenkeel.gateway.node.NodeSource;
import dev.evenkeel.gateway.node.Nodes;
import dev.evenkeel.gateway.node.Rotation;
import dev.evenkeel.gateway.observe.AnswerObserver;
import dev.evenkeel.gateway.observe.CompletionFilter;
import dev.evenkeel.gateway.observe.NodeMeters;
import dev.evenkeel.gateway.observe.RotationLog;
import dev.evenkeel.gateway.pick.PickStage;
import dev.evenkeel.gateway.pick.Rejections;
import dev.evenkeel.gateway.route.RouteFilter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.ReactiveLoadBalancerClientFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.netty.http.client.HttpClient;

/**
 * Wires the stages. A request passes them in this order: completion (it counts until its last byte is written), route,
 * then pick and forward, and there observe.
 */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

    /** Before the filter of order -1 that writes the response. */
    private static final int COMPLETION = -20;

    private static final int ROUTE = -10;

    /** Just before the stock load balancer, which then finds an address that it need not resolve. */
    private static final int FORWARD = ReactiveLoadBalancerClientFilter.LOAD_BALANCER_CLIENT_FILTER_ORDER - 1;

    /** The address in the route is a placeholder: the forward stage puts a node's in its place. */
    private static final String PICKED_LATER = "http://picked.invalid";

    @Bean
    RouteLocator routes(RouteLocatorBuilder builder) {
        return builder.routes()
                .route(
                        "inference",
                        route -> route.path(
                                        "/v1/embeddings",
                                        "/embeddings",
                                        "/embed",
                                        "/predict",
                                        "/rerank",
                                        "/similarity",
                                        "/tokenize",
                                        "/info",
                                        "/v1/rerank",
                                        "/v2/rerank",
                                        "/v2/models/**",
                                        "/v3/api-docs/**",
                                        "/swagger-ui/**")
                                .uri(PICKED_LATER))
                .build();
    }

    @Bean
    @Order(COMPLETION)
    GlobalFilter completion() {
        return new CompletionFilter();
    }

    @Bean
    @Order(ROUTE)
    GlobalFilter route(Catalog catalog, GatewayProperties properties, LongSupplier nanoTime) {
        return new RouteFilter(catalog, properties.routing().defaultModels(), properties.maxBody(), nanoTime);
    }

    @Bean
    PickStage pickStage(Balancer balancer, GatewayProperties properties, MeterRegistry meters, LongSupplier nanoTime) {
        RetryBudget retries = new RetryBudget(properties.retry().budget(), nanoTime);
        return new PickStage(balancer, retries, new Rejections(meters), nanoTime);
    }

    @Bean
    @Order(FORWARD)
    GlobalFilter forward(
            PickStage stage,
            AnswerObserver observer,
            NodeMeters meters,
            GatewayProperties properties,
            HttpClientProperties client) {
        UnaryOperator<Pick> metered = pick -> switch (pick) {
            case Pick.Picked(var ticket) -> new Pick.Picked(meters.metered(ticket));
            case Pick.Overloaded full -> full;
            case Pick.NoneAvailable none -> none;
        };
        RetryProperties retry = properties.retry();
        return new ForwardFilter(
                new ForwardFilter.Picks(
                        flow -> metered.apply(stage.pick(flow)),
                        flow -> metered.apply(stage.pickAgain(flow)),
                        flow -> metered.apply(stage.pickRescuer(flow))),
                observer::observe,
                new ForwardFilter.Settings(
                        retry.maxAttempts(), retry.maxWholeResponse().toBytes(), client.getResponseTimeout()));
    }

    @Bean
    @Order(-2) // before Spring Boot's own, at -1
    ErrorWebExceptionHandler apiErrors() {
        return new ApiErrorHandler();
    }

    @Bean
    LongSupplier nanoTime() {
        return System::nanoTime;
    }

    @Bean
    RandomGenerator random() {
        return () -> ThreadLocalRandom.current().nextLong();
    }

    @Bean
    Fleet fleet() {
        return new Fleet();
    }

    @Bean
    Catalog catalog() {
        return new Catalog();
    }

    /** Sends nothing unless the policy probes. */
    @Bean
    LoadProber prober(Nodes nodes, LongSupplier nanoTime) {
        return new LoadProber(nodes, nanoTime);
    }

    @Bean
    Balancer balancer(
            Fleet fleet,
            GatewayProperties properties,
            LoadProber prober,
            RandomGenerator random,
            LongSupplier nanoTime) {
        BalancerProperties settings = properties.balancer();
        Admission admission = properties
                .admission()
                .settings()
                .map(limits -> new Admission(limits, random))
                .orElse(null);
        return new Balancer(
                fleet,
                Policies.create(settings.policy(), new Wiring(random, prober)),
                settings.settings(),
                admission,
                nanoTime);
    }

    @Bean
    NodeSource nodeSource(DiscoveryClient registry, GatewayProperties properties) {
        return new DiscoveryNodeSource(registry, properties.nodes().serviceId());
    }

    @Bean
    Rotation rotation(MeterRegistry meters) {
        return new RotationLog(meters);
    }

    @Bean
    Nodes nodes(
            NodeSource source, Fleet fleet, GatewayProperties properties, Rotation rotation, LongSupplier nanoTime) {
        return new Nodes(source, fleet, properties.balancer().ejection(), rotation, nanoTime);
    }

    @Bean
    LoadPoller loadPoller(
            Nodes nodes,
            Fleet fleet,
            Balancer balancer,
            Catalog catalog,
            GatewayProperties properties,
            LongSupplier nanoTime,
            RandomGenerator random) {
        GatewayProperties.Nodes settings = properties.nodes();
        return new LoadPoller(
                nodes,
                fleet,
                balancer,
                catalog,
                new LoadPoller.Settings(settings.pollInterval(), settings.silenceLimit()),
                nanoTime,
                random,
                HttpClient.create());
    }

    @Bean
    FleetView fleetView(Fleet fleet, Nodes nodes, Catalog catalog) {
        return new FleetView(fleet, nodes, catalog);
    }

    @Bean
    FleetHealth fleetHealthIndicator(FleetView view) {
        return new FleetHealth(view);
    }

    @Bean
    FirstNode firstNodeHealthIndicator(FleetView view) {
        return new FirstNode(view);
    }

    @Bean
    Drain drain(GatewayProperties properties) {
        return new Drain(properties.drain().notice());
    }

    @Bean
    LeaveFilter leaveFilter(Drain drain) {
        return new LeaveFilter(drain::isLeaving);
    }

    @Bean
    RouterFunction<ServerResponse> fleetRoutes(FleetView view, ObjectProvider<BuildProperties> build, Drain drain) {
        String version = Optional.ofNullable(build.getIfAvailable())
                .map(BuildProperties::getVersion)
                .orElse("unknown");
        return new FleetRoutes(view, version, Instant.now(), drain::isLeaving).routes();
    }

    @Bean
    AnswerObserver answerObserver(Nodes nodes, LongSupplier nanoTime) {
        return new AnswerObserver(nodes, nanoTime);
    }

    @Bean
    NodeMeters nodeMeters(MeterRegistry meters, Nodes nodes, LongSupplier nanoTime) {
        return new NodeMeters(meters, nodes, nanoTime);
    }

    /** The registry's news arrive with its heartbeat. */
    @Bean
    ApplicationListener<HeartbeatEvent> refreshOnNews(Nodes nodes, Fleet fleet, NodeMeters meters) {
        return _ -> {
            nodes.refresh();
            meters.refresh(fleet);
        };
    }
}
