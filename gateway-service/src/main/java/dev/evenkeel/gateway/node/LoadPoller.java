package dev.evenkeel.gateway.node;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.PollSchedule;
import dev.evenkeel.balancer.endpoint.Silence;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.NodeStatus.ServedModel;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

/**
 * Asks the nodes that have not said lately how they are, by the balancer's {@link PollSchedule}: an idle one, an ejected one,
 * one that is new. A busy node reports with every response and is asked only for what it serves, now and then. A node that
 * does not answer, and from which nothing else is heard meanwhile, is ejected. One that has no {@code /actuator/load} is
 * asked what any Spring Boot application says.
 *
 * <p>One thread asks, reads the answers, counts the silences and has the fleet judged: while it is held up, nobody grows
 * silent.
 */
public final class LoadPoller implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LoadPoller.class);

    /** How often it looks which nodes are due. */
    private static final Duration TICK = Balancer.TICK;

    private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(1);

    private final Nodes nodes;
    private final Fleet fleet;
    private final Balancer balancer;
    private final Catalog catalog;
    private final Settings settings;
    private final LongSupplier nanoTime;
    private final PollSchedule schedule;
    private final HttpClient http;
    private final Silence silence;
    private final StockActuator stockActuator = new StockActuator();

    /** Ids of the nodes that were asked; touched by the loop alone, as all that follows. */
    private final Set<String> known = new HashSet<>();

    /** Ids of the nodes that are being asked. */
    private final Set<String> underWay = new HashSet<>();

    /** Ids of the nodes that have the stock actuator only. */
    private final Set<String> stock = new HashSet<>();

    /** Ids of the nodes whose last poll failed: told once, not five times a second. */
    private final Set<String> failing = new HashSet<>();

    private volatile Optional<Running> running = Optional.empty();
    private volatile boolean everybody;

    /** Where nodes are that are asked at the next look. */
    private final Queue<InetSocketAddress> soon = new ConcurrentLinkedQueue<>();

    /**
     * How often nodes are asked.
     *
     * @param interval a node not heard from for this long may be asked
     * @param silenceLimit a node that owes an answer for longer is ejected, if another stands in
     */
    public record Settings(Duration interval, Duration silenceLimit) {

        private PollSchedule.Settings schedule() {
            PollSchedule.Settings usual = PollSchedule.Settings.DEFAULT;
            return new PollSchedule.Settings(interval, usual.longest(), usual.perRequest(), usual.perSecond());
        }

        /** When it is asked anew: an answer that comes late is still one, but packets may have gone nowhere. */
        Duration timeout() {
            return silenceLimit.multipliedBy(2);
        }
    }

    private record Running(LoopResources threads, Disposable work) {}

    /**
     * A poller that is not running yet.
     *
     * @param balancer is made to judge the fleet every tick, and says how much it is used
     */
    public LoadPoller(
            Nodes nodes,
            Fleet fleet,
            Balancer balancer,
            Catalog catalog,
            Settings settings,
            LongSupplier nanoTime,
            RandomGenerator random,
            HttpClient http) {
        this.nodes = nodes;
        this.fleet = fleet;
        this.balancer = balancer;
        this.catalog = catalog;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.schedule = new PollSchedule(settings.schedule(), random);
        this.http = http.responseTimeout(settings.timeout());
        this.silence = new Silence(TICK, settings.silenceLimit(), nanoTime);
    }

    @Override
    public void start() {
        LoopResources threads = LoopResources.create("node-poller", 1, true);
        Scheduler scheduler =
                Schedulers.fromExecutorService(threads.onClient(true).next());
        HttpClient client = http.runOn(threads);
        Flux<?> refreshes = Flux.interval(Duration.ZERO, REFRESH_INTERVAL, scheduler)
                .onBackpressureDrop()
                .doOnNext(_ -> guarded("refresh the nodes", nodes::refresh));
        Flux<?> polls = Flux.interval(TICK, scheduler).onBackpressureDrop().doOnNext(_ -> {
            guarded("poll the nodes", () -> look(client, scheduler));
            guarded("judge the nodes", balancer::look);
        });
        running = Optional.of(new Running(threads, Flux.merge(refreshes, polls).subscribe()));
    }

    @Override
    public void stop() {
        running.ifPresent(current -> {
            current.work().dispose();
            current.threads().dispose();
        });
        running = Optional.empty();
    }

    /** Starts before the web server and stops after it: what is inside while the gateway drains needs it. */
    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public boolean isRunning() {
        return running.isPresent();
    }

    /** Asks every node within a tick: who would be asked by and by may have died a moment ago. */
    public void askEverybody() {
        everybody = true;
    }

    /** Asks the node whose requests go to this address within a tick: a connection to it ended, and it may be gone. */
    public void ask(InetSocketAddress address) {
        soon.add(address);
    }

    /** The loop goes on whatever one round meets. */
    private static void guarded(String what, Runnable round) {
        try {
            round.run();
        } catch (RuntimeException e) {
            log.warn("could not {}", what, e);
        }
    }

    private void look(HttpClient client, Scheduler scheduler) {
        List<Endpoint> endpoints = fleet.endpoints();
        silence.look(endpoints);
        long now = nanoTime.getAsLong();
        forgetThoseGone();
        silence.eject(endpoints);
        if (everybody) {
            everybody = false;
            schedule.everybody();
        }
        for (InetSocketAddress next = soon.poll(); next != null; next = soon.poll()) {
            InetSocketAddress address = next;
            endpoints.stream().filter(endpoint -> isAt(endpoint, address)).forEach(it -> schedule.forget(it.id()));
        }
        List<Endpoint> free = endpoints.stream()
                .filter(endpoint -> !underWay.contains(endpoint.id()))
                .toList();
        for (Endpoint endpoint : schedule.due(free, balancer.sent(), now)) {
            nodes.find(endpoint.id()).ifPresent(node -> {
                known.add(node.id());
                underWay.add(node.id());
                poll(client, scheduler, node, endpoint).subscribe();
            });
        }
    }

    private static boolean isAt(Endpoint endpoint, InetSocketAddress address) {
        URI uri = endpoint.address();
        return uri.getPort() == address.getPort() && address.getHostString().equals(uri.getHost());
    }

    private void forgetThoseGone() {
        known.removeIf(id -> {
            boolean gone = nodes.find(id).isEmpty();
            if (gone) {
                failing.remove(id);
                stock.remove(id);
                silence.forget(id);
                schedule.forget(id);
                stockActuator.forget(id);
            }
            return gone;
        });
    }

    private Mono<Void> poll(HttpClient client, Scheduler scheduler, Node node, Endpoint endpoint) {
        silence.asked(endpoint);
        HttpClient listening = client.doOnResponse((_, _) -> {
            silence.answered(endpoint);
            endpoint.heard(nanoTime.getAsLong());
        });
        return ask(listening, node, endpoint)
                .timeout(settings.timeout(), scheduler)
                .onErrorResume(failure -> {
                    failed(node, endpoint, failure);
                    return Mono.empty();
                })
                .doFinally(_ -> underWay.remove(node.id()));
    }

    private Mono<Void> ask(HttpClient client, Node node, Endpoint endpoint) {
        Mono<Void> byHealth = Mono.defer(() -> askForHealth(client, node, endpoint));
        return stock.contains(node.id())
                ? byHealth
                : Actuator.ask(client, node)
                        .doOnNext(told -> heard(node, endpoint, told))
                        .map(_ -> true)
                        .defaultIfEmpty(false)
                        .flatMap(told -> told ? Mono.empty() : byHealth);
    }

    /** The registry says what it serves then. */
    private Mono<Void> askForHealth(HttpClient client, Node node, Endpoint endpoint) {
        if (node.models().isEmpty()) {
            return Mono.error(new Actuator.Unusable(
                    "it has no /actuator/load, and its registration does not list its 'models'", null));
        }
        stock.add(node.id());
        return stockActuator
                .ask(client, node)
                .doOnNext(report -> {
                    catalog.learnNames(node.models());
                    endpoint.announce(node.models());
                    polled(node, endpoint, report);
                })
                .then();
    }

    private void heard(Node node, Endpoint endpoint, Actuator.Told told) {
        if (!told.status().instance().equals(node.id())) {
            long now = nanoTime.getAsLong();
            endpoint.ejection().onLoss(new Cause.OtherInstance(), now, now);
            return;
        }
        catalog.learn(told.status().models());
        endpoint.announce(namesOf(told.status()));
        polled(node, endpoint, told.report());
    }

    private void polled(Node node, Endpoint endpoint, LoadReport report) {
        endpoint.polled(report, nanoTime.getAsLong());
        if (failing.remove(node.id())) {
            log.info("node {} answers again at {}", node.name(), node.management());
        }
    }

    private void failed(Node node, Endpoint endpoint, Throwable failure) {
        silence.unanswered(endpoint);
        if (failure instanceof ConnectException) {
            long now = nanoTime.getAsLong();
            endpoint.ejection().onLoss(new Cause.Refused(), now, now);
        }
        // a node that was in rotation and is gone or silent is told of when it is ejected
        boolean told = endpoint.reported().isPresent() && !(failure instanceof Actuator.Unusable);
        if (!told && failing.add(node.id())) {
            log.warn("node {} does not say how it is at {}: {}", node.name(), node.management(), failure.toString());
        }
    }

    private static Set<String> namesOf(NodeStatus status) {
        Set<String> names = new HashSet<>();
        for (ServedModel model : status.models()) {
            names.add(model.name());
            names.add(Catalog.versioned(model.name(), model.version()));
            names.addAll(model.aliases());
        }
        return names;
    }
}
