package dev.evenkeel.gateway.node;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.Reported;
import dev.evenkeel.balancer.endpoint.Silence;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.NodeStatus.ServedModel;
import dev.evenkeel.load.OrcaText;
import java.net.ConnectException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the nodes that have not been heard from lately how they are: an idle one, an ejected one, one that is new. A
 * busy node reports with every response and is asked only for what it serves, now and then. A node that does not answer,
 * and from which nothing else is heard meanwhile, is ejected.
 *
 * <p>One thread asks, reads the answers, counts the silences and has the fleet judged: while it is held up, nobody grows
 * silent.
 */
public final class LoadPoller implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LoadPoller.class);

    /** How often it looks which nodes are due. */
    private static final Duration TICK = Balancer.TICK;

    /** What a node serves and what that costs changes slowly. */
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(2);

    private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(1);

    private final Nodes nodes;
    private final Fleet fleet;
    private final Runnable judge;
    private final Catalog catalog;
    private final Settings settings;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final HttpClient http;
    private final Silence silence;
    private final JsonMapper json = JsonMapper.builder().build();

    /** By node id; touched by the loop alone. */
    private final Map<String, Due> due = new HashMap<>();

    /** Ids of the nodes that are being asked; touched by the loop alone. */
    private final Set<String> underWay = new HashSet<>();

    /** Ids of the nodes whose last poll failed: told once, not five times a second. Touched by the loop alone. */
    private final Set<String> failing = new HashSet<>();

    private volatile Optional<Running> running = Optional.empty();

    /**
     * How often nodes are asked.
     *
     * @param interval a node not heard from for this long is asked; jittered by a fifth
     * @param silenceLimit a node that owes an answer for longer is ejected
     */
    public record Settings(Duration interval, Duration silenceLimit) {

        /** When it is asked anew: an answer that comes late is still one, but packets may have gone nowhere. */
        Duration timeout() {
            return silenceLimit.multipliedBy(2);
        }
    }

    /**
     * When a node is asked next, drawn when it was asked last.
     *
     * @param asked when that was
     * @param silence how long it may be silent from then on
     * @param status when it is asked even if it is heard from all the time
     */
    private record Due(long asked, long silence, long status) {}

    private record Running(LoopResources threads, Disposable work) {}

    /**
     * A poller that is not running yet.
     *
     * @param judge judges the fleet; called every tick
     */
    public LoadPoller(
            Nodes nodes,
            Fleet fleet,
            Runnable judge,
            Catalog catalog,
            Settings settings,
            LongSupplier nanoTime,
            RandomGenerator random,
            HttpClient http) {
        this.nodes = nodes;
        this.fleet = fleet;
        this.judge = judge;
        this.catalog = catalog;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.random = random;
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
            guarded("judge the nodes", judge);
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

    /** The loop goes on whatever one round meets. */
    private static void guarded(String what, Runnable round) {
        try {
            round.run();
        } catch (RuntimeException e) {
            log.warn("could not {}", what, e);
        }
    }

    private void look(HttpClient client, Scheduler scheduler) {
        silence.look(fleet.endpoints());
        long now = nanoTime.getAsLong();
        forgetThoseGone();
        for (Node node : nodes.all()) {
            fleet.find(node.id()).ifPresent(endpoint -> {
                ejectIfSilent(endpoint, now);
                if (isDue(endpoint, now) && underWay.add(node.id())) {
                    due.put(node.id(), new Due(now, jittered(settings.interval()), now + jittered(STATUS_INTERVAL)));
                    poll(client, scheduler, node, endpoint).subscribe();
                }
            });
        }
    }

    private void forgetThoseGone() {
        due.keySet().removeIf(id -> {
            boolean gone = nodes.find(id).isEmpty();
            if (gone) {
                failing.remove(id);
                silence.forget(id);
            }
            return gone;
        });
    }

    /** A node that warms may be slow to answer, and is not in rotation. */
    private void ejectIfSilent(Endpoint endpoint, long now) {
        Optional<Duration> time = silence.of(endpoint);
        if (time.isPresent() && endpoint.state() != NodeState.WARMING) {
            endpoint.ejection().onLoss(new Cause.Silent(time.get()), now, now);
        }
    }

    private boolean isDue(Endpoint endpoint, long now) {
        Due next = due.get(endpoint.id());
        if (next == null || now - next.status >= 0) {
            return true;
        }
        long heard = endpoint.reported().map(Reported::at).orElse(next.asked);
        return now - Math.max(heard, next.asked) >= next.silence;
    }

    private Mono<Void> poll(HttpClient client, Scheduler scheduler, Node node, Endpoint endpoint) {
        silence.asked(endpoint);
        return client.get()
                .uri(node.management().resolve("/actuator/load"))
                .responseSingle((response, body) -> {
                    silence.answered(endpoint);
                    endpoint.heard(nanoTime.getAsLong());
                    return response.status().code() == 200
                            ? body.asString()
                            : Mono.error(new IllegalStateException("answered " + response.status()));
                })
                .timeout(settings.timeout(), scheduler)
                .doOnNext(text -> heard(node, endpoint, text))
                .onErrorResume(failure -> {
                    failed(node, endpoint, failure);
                    return Mono.empty();
                })
                .doFinally(_ -> underWay.remove(node.id()))
                .then();
    }

    private void heard(Node node, Endpoint endpoint, String text) {
        NodeStatus status;
        try {
            status = json.readValue(text, NodeStatus.class);
        } catch (JacksonException e) {
            throw new IllegalStateException("its /actuator/load cannot be read: " + e.getOriginalMessage(), e);
        }
        long now = nanoTime.getAsLong();
        if (!status.instance().equals(node.id())) {
            endpoint.ejection().onLoss(new Cause.OtherInstance(), now, now);
            return;
        }
        LoadReport report = OrcaText.decode(status.load())
                .orElseThrow(() -> new IllegalStateException("its load report is malformed: " + status.load()));
        catalog.learn(status.models());
        endpoint.announce(namesOf(status));
        endpoint.polled(report, now);
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
        boolean told = endpoint.reported().isPresent() && !(failure instanceof IllegalStateException);
        if (!told && failing.add(node.id())) {
            log.warn("node {} does not say how it is at {}: {}", node.name(), node.management(), failure.toString());
        }
    }

    private static Set<String> namesOf(NodeStatus status) {
        Set<String> names = new HashSet<>();
        for (ServedModel model : status.models()) {
            names.add(model.name());
            names.addAll(model.aliases());
        }
        return names;
    }

    /** Less or more by up to a fifth, so that gateways do not ask in step. */
    private long jittered(Duration time) {
        return (long) (time.toNanos() * random.nextDouble(0.8, 1.2));
    }
}
