package dev.evenkeel.gateway;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Policies;
import dev.evenkeel.balancer.Wiring;
import dev.evenkeel.balancer.admission.Admission;
import dev.evenkeel.balancer.admission.Budget;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.door.LingeringClose;
import dev.evenkeel.gateway.door.SlowClients;
import dev.evenkeel.gateway.drain.Drain;
import dev.evenkeel.gateway.drain.LeaveFilter;
import dev.evenkeel.gateway.fleet.FirstNode;
import dev.evenkeel.gateway.fleet.FleetHealth;
import dev.evenkeel.gateway.fleet.FleetRoutes;
import dev.evenkeel.gateway.fleet.FleetView;
import dev.evenkeel.gateway.flow.Flow;
import dev.evenkeel.gateway.flow.RequestIds;
import dev.evenkeel.gateway.forward.DeadlineFilter;
import dev.evenkeel.gateway.forward.ForwardFilter;
import dev.evenkeel.gateway.node.Canceller;
import dev.evenkeel.gateway.node.Catalog;
import dev.evenkeel.gateway.node.DiscoveryNodeSource;
import dev.evenkeel.gateway.node.LoadPoller;
import dev.evenkeel.gateway.node.LoadProber;
import dev.evenkeel.gateway.node.NodeConnections;
import dev.evenkeel.gateway.node.NodeSource;
import dev.evenkeel.gateway.node.Nodes;
import dev.evenkeel.gateway.node.Rotation;
import dev.evenkeel.gateway.observe.AnswerObserver;
import dev.evenkeel.gateway.observe.CompletionFilter;
import dev.evenkeel.gateway.observe.InternalHeaders;
import dev.evenkeel.gateway.observe.NodeMeters;
import dev.evenkeel.gateway.observe.RotationLog;
import dev.evenkeel.gateway.pick.Hedging;
import dev.evenkeel.gateway.pick.ModelLimitFilter;
import dev.evenkeel.gateway.pick.PickStage;
import dev.evenkeel.gateway.pick.Rejections;
import dev.evenkeel.gateway.poison.PoisonFilter;
import dev.evenkeel.gateway.poison.Suspects;
import dev.evenkeel.gateway.route.RouteFilter;
import dev.evenkeel.gateway.route.VersionWeights;
import dev.evenkeel.gateway.route.VersionsEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
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
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;

/**
 * Wires the stages. Before it is one, the door looks how it is sent. A request passes them in this order: completion (it counts until its last byte is written), route,
 * deadline, poison, model limit, then pick and forward, and there observe.
 */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

    /** Before the filter of order -1 that writes the response. */
    private static final int COMPLETION = -20;

    private static final int ROUTE = -10;

    /** Just before the stock load balancer, which then finds an address that it need not resolve. */
    private static final int FORWARD = ReactiveLoadBalancerClientFilter.LOAD_BALANCER_CLIENT_FILTER_ORDER - 1;

    private static final int MODEL_LIMIT = FORWARD - 1;

    private static final int POISON = FORWARD - 2;

    private static final int DEADLINE = FORWARD - 3;

    /** Its name among the handlers of a connection. */
    private static final String SLOW_CLIENTS = "slowClients";

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
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> door(GatewayProperties properties) {
        GatewayProperties.Door door = properties.door();
        return factory ->
                factory.addServerCustomizers(server -> server.doOnChannelInit((_, channel, _) -> channel.pipeline()
                        .addAfter(
                                NettyPipeline.HttpCodec,
                                SLOW_CLIENTS,
                                new SlowClients(door.headTimeout(), door.bodyTimeout(), door.answerTimeout()))
                        .addAfter(SLOW_CLIENTS, "lingeringClose", new LingeringClose())));
    }

    /** Of the client that sends requests to nodes. */
    @Bean
    HttpClientCustomizer nodeConnections(LoadPoller poller) {
        return client -> NodeConnections.watch(client, poller::ask);
    }

    @Bean
    @Order(COMPLETION)
    GlobalFilter completion() {
        return new CompletionFilter();
    }

    @Bean
    @Order(ROUTE)
    GlobalFilter route(
            Catalog catalog,
            VersionWeights versions,
            PickStage stage,
            GatewayProperties properties,
            RandomGenerator random,
            LongSupplier nanoTime) {
        return new RouteFilter(
                catalog,
                versions,
                properties.routing().defaultModels(),
                properties.maxBody(),
                properties.bodies(),
                stage::fleetFull,
                new RouteFilter.Deadlines(
                        properties.deadline().byDefault(), properties.deadline().longest()),
                new RequestIds(random),
                nanoTime);
    }

    @Bean
    VersionWeights versionWeights(GatewayProperties properties, RandomGenerator random) {
        return new VersionWeights(properties.routing().versions(), random);
    }

    @Bean
    VersionsEndpoint versionsEndpoint(Catalog catalog, VersionWeights versions) {
        return new VersionsEndpoint(catalog, versions);
    }

    @Bean
    @Order(DEADLINE)
    GlobalFilter deadline(LongSupplier nanoTime) {
        return new DeadlineFilter(nanoTime);
    }

    @Bean
    Suspects suspects(
            PickStage stage,
            NodeMeters meters,
            Suspects.Deaths deaths,
            GatewayProperties properties,
            LongSupplier nanoTime) {
        GatewayProperties.Poison settings = properties.poison();
        return new Suspects(
                new Suspects.Settings(settings.refusedFor(), settings.remembered()),
                (flow, except) -> metered(meters, stage.pickRescuer(flow, except)),
                deaths,
                nanoTime);
    }

    @Bean
    Suspects.Deaths deaths(Fleet fleet, LoadPoller poller) {
        return new Suspects.Deaths() {
            @Override
            public void lookAround() {
                poller.askEverybody();
            }

            @Override
            public boolean anyOther(long since, Set<String> ids) {
                return fleet.endpoints().stream()
                        .anyMatch(node -> node.ejection().diedSince(since) && !ids.contains(node.id()));
            }
        };
    }

    @Bean
    @Order(POISON)
    GlobalFilter poison(Suspects suspects) {
        return new PoisonFilter(suspects);
    }

    @Bean
    Rejections rejections(MeterRegistry meters) {
        return new Rejections(meters);
    }

    @Bean
    @Order(MODEL_LIMIT)
    GlobalFilter modelLimit(GatewayProperties properties, Rejections rejections) {
        return new ModelLimitFilter(properties.admission().maxRequests(), rejections);
    }

    @Bean
    PickStage pickStage(Balancer balancer, GatewayProperties properties, Rejections rejections, LongSupplier nanoTime) {
        Budget retries = new Budget(properties.retry().budget(), nanoTime);
        return new PickStage(balancer, retries, rejections, nanoTime);
    }

    @Bean
    @Order(FORWARD)
    GlobalFilter forward(
            PickStage stage,
            Suspects suspects,
            ForwardFilter.Hedges hedges,
            AnswerObserver observer,
            NodeMeters meters,
            GatewayProperties properties,
            LongSupplier nanoTime) {
        RetryProperties retry = properties.retry();
        return new ForwardFilter(
                new ForwardFilter.Picks(
                        flow -> metered(meters, stage.pick(flow)),
                        flow -> metered(meters, stage.pickAgain(flow)),
                        suspects::rescue,
                        hedges),
                observer::observe,
                new Canceller()::cancel,
                new ForwardFilter.Settings(
                        retry.maxAttempts(), retry.maxWholeResponse().toBytes()),
                nanoTime);
    }

    @Bean
    ForwardFilter.Hedges hedges(
            Balancer balancer, NodeMeters meters, GatewayProperties properties, LongSupplier nanoTime) {
        if (!properties.hedge().enabled()) {
            return ForwardFilter.Hedges.NONE;
        }
        Hedging hedging = new Hedging(balancer, new Budget(properties.hedge().budget(), nanoTime), nanoTime);
        return new ForwardFilter.Hedges() {
            @Override
            public Optional<Duration> patience(Flow flow) {
                return hedging.patience(flow);
            }

            @Override
            public Pick pick(Flow flow) {
                return metered(meters, hedging.pick(flow));
            }

            @Override
            public void answered(Flow flow, long nanos) {
                hedging.answered(flow, nanos);
            }
        };
    }

    private static Pick metered(NodeMeters meters, Pick pick) {
        return pick instanceof Pick.Picked(var ticket) ? new Pick.Picked(meters.metered(ticket)) : pick;
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
    InternalHeaders internalTrailers() {
        return new InternalHeaders();
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
