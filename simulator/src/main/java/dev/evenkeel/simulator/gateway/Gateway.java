package dev.evenkeel.simulator.gateway;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Policies;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.Wiring;
import dev.evenkeel.balancer.admission.Admission;
import dev.evenkeel.balancer.admission.Budget;
import dev.evenkeel.balancer.admission.BudgetSettings;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.PollSchedule;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.balancer.endpoint.Silence;
import dev.evenkeel.balancer.pick.Picker;
import dev.evenkeel.balancer.pick.Prober;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.simulator.event.EventQueue;
import dev.evenkeel.simulator.event.Streams;
import dev.evenkeel.simulator.node.Answer;
import dev.evenkeel.simulator.node.Job;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.result.Recorder;
import dev.evenkeel.simulator.workload.Call;
import dev.evenkeel.simulator.workload.Network;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A gateway: the shipped balancer, fed and asked as the gateway service does it. It polls by the shipped schedule, finds
 * silent nodes, tries another node when an attempt fails, within the retry budget, and takes a request from a node that is
 * lost to another one, once.
 */
public final class Gateway {

    /** The name under which the simulator has the policy that knows the truth. */
    public static final String ORACLE = "oracle";

    private static final String MODEL = "m";
    private static final int MAX_ATTEMPTS = 3;
    private static final URI NOWHERE = URI.create("http://simulated.invalid");

    // as the gateway service has them by default
    private static final Duration SILENCE_LIMIT = Duration.ofMillis(500);
    private static final long POLL_TIMEOUT_NANOS = 2 * SILENCE_LIMIT.toNanos();
    private static final long LOOK_AGAIN_NANOS = 200_000_000;

    /** A client's request here: where it was, and whether it was rescued. */
    private static final class Flow {

        private final Call call;
        private final Set<String> tried = new HashSet<>();
        private boolean rescued;
        private boolean over;

        Flow(Call call) {
            this.call = call;
        }
    }

    private final Map<Endpoint, Node> nodes = new HashMap<>();
    private final EventQueue events;
    private final Network network;
    private final RandomGenerator ways;
    private final RandomGenerator losses;
    private final Recorder recorder;
    private final Fleet fleet = new Fleet();
    private final Balancer balancer;
    private final Budget retries;
    private final PollSchedule polls;
    private final Silence silence;
    private final long timeoutNanos;
    private long sent;
    private boolean stopped;
    private Call deciding = new Call(0, 1, 1, 1, true);

    /**
     * What a gateway is told.
     *
     * @param policy a spec of the balancer's policies, or {@link #ORACLE}
     * @param admits turns away what the fleet cannot finish in time
     * @param timeoutNanos after which a request has failed; {@link Long#MAX_VALUE} for never
     */
    public record Settings(String policy, boolean admits, long timeoutNanos) {}

    /** A gateway that knows these nodes, and has asked them all how they are. */
    public Gateway(
            int index,
            List<Node> known,
            Settings settings,
            Network network,
            Streams streams,
            EventQueue events,
            Recorder recorder) {
        this.network = network;
        this.events = events;
        this.recorder = recorder;
        this.timeoutNanos = settings.timeoutNanos();
        this.ways = streams.of("ways", index);
        this.losses = streams.of("losses", index);
        RandomGenerator choices = streams.of("choices", index);
        Picker picker = settings.policy().equals(ORACLE)
                ? new Oracle(nodes, () -> deciding, choices)
                : Policies.create(settings.policy(), new Wiring(choices, this::probe));
        Admission admission =
                settings.admits() ? new Admission(Admission.Settings.DEFAULT, streams.of("admission", index)) : null;
        this.balancer = new Balancer(fleet, picker, Balancer.Settings.DEFAULT, admission, events::now);
        this.retries = new Budget(BudgetSettings.RETRIES, events::now);
        this.polls = new PollSchedule(PollSchedule.Settings.DEFAULT, streams.of("polls", index));
        this.silence = new Silence(Balancer.TICK, SILENCE_LIMIT, events::now);
        know(known);
        events.after(1 + streams.of("ticks", index).nextLong(Balancer.TICK.toNanos()), this::look);
    }

    /** From now on these are the nodes that discovery tells of. */
    public void know(List<Node> known) {
        fleet.update(known.stream().map(node -> Integer.toString(node.index())).toList(), id -> {
            Endpoint endpoint = new Endpoint(id, NOWHERE, Ejection.Settings.DEFAULT);
            known.stream()
                    .filter(node -> id.equals(Integer.toString(node.index())))
                    .forEach(node -> nodes.put(endpoint, node));
            return endpoint;
        });
        for (Endpoint endpoint : fleet.endpoints()) {
            if (endpoint.reported().isEmpty()) {
                endpoint.announce(Set.of(MODEL));
                poll(endpoint);
            }
        }
    }

    /** It is gone, with what it knew; what is under way ends unheard. */
    public void stop() {
        stopped = true;
    }

    /** Whether it has requests on a node that it has not taken out of rotation. */
    public boolean reliesOn(int node) {
        return fleet.find(Integer.toString(node))
                .filter(endpoint ->
                        endpoint.ownRequests() > 0 && !endpoint.ejection().isEjected())
                .isPresent();
    }

    /** The nodes as it sees them. */
    public List<Endpoint> endpoints() {
        return fleet.endpoints();
    }

    private Node node(Endpoint endpoint) {
        return Objects.requireNonNull(nodes.get(endpoint));
    }

    private void look() {
        if (stopped) {
            return;
        }
        silence.look(fleet.endpoints());
        silence.eject(fleet.endpoints());
        balancer.look();
        for (Endpoint endpoint : polls.due(fleet.endpoints(), sent, events.now())) {
            recorder.polled(events.now());
            poll(endpoint);
        }
        events.after(Balancer.TICK.toNanos(), this::look);
    }

    private void poll(Endpoint endpoint) {
        silence.asked(endpoint);
        boolean[] answered = new boolean[1];
        ask(
                endpoint,
                report -> {
                    answered[0] = true;
                    silence.answered(endpoint);
                    endpoint.polled(report, events.now());
                },
                () -> {
                    answered[0] = true;
                    silence.unanswered(endpoint);
                    long now = events.now();
                    endpoint.ejection().onLoss(new Cause.Refused(), now, now);
                });
        events.after(POLL_TIMEOUT_NANOS, () -> {
            if (!answered[0]) {
                silence.unanswered(endpoint);
            }
        });
    }

    /** For the policies that probe. What a probe tells is theirs alone. */
    private void probe(Endpoint endpoint, Prober.Answer answer) {
        recorder.polled(events.now());
        ask(endpoint, report -> answer.arrived(report, events.now()), () -> {});
    }

    private void ask(Endpoint endpoint, Consumer<LoadReport> answer, Runnable refused) {
        events.after(network.oneWay(ways), () -> {
            Node node = node(endpoint);
            LoadReport report = node.probed(network.probeMicros());
            if (node.fault() == Node.Fault.DEAD) {
                events.after(network.oneWay(ways), refused);
            } else if (report != null && losses.nextDouble() >= network.reportLoss()) {
                events.after(network.oneWay(ways), () -> answer.accept(report));
            }
        });
    }

    /** A client's request comes in. */
    public void arrive(Call call) {
        recorder.came(call);
        retries.onRequest();
        Flow flow = new Flow(call);
        pick(flow);
        if (timeoutNanos != Long.MAX_VALUE) {
            events.after(timeoutNanos, () -> fail(flow));
        }
    }

    private void fail(Flow flow) {
        if (!flow.over) {
            flow.over = true;
            recorder.failed(flow.call);
        }
    }

    private Request request(Flow flow) {
        deciding = flow.call;
        return new Request(MODEL, flow.call.hint(), flow.tried);
    }

    private void pick(Flow flow) {
        switch (balancer.pick(request(flow))) {
            case Pick.Picked(Ticket ticket) -> send(flow, ticket);
            case Pick.NoneAvailable _ -> fail(flow);
            case Pick.Overloaded _ -> {
                flow.over = true;
                recorder.rejected(flow.call, events.now());
            }
        }
    }

    private void send(Flow flow, Ticket ticket) {
        Call call = flow.call;
        Node node = node(ticket.endpoint());
        flow.tried.add(ticket.endpoint().id());
        sent++;
        recorder.sent(node.index(), events.now());
        node.announced(call.work());
        Job job = new Job(
                call.work(),
                call.tokens(),
                answer -> events.after(network.oneWay(ways), () -> answered(flow, ticket, answer)));
        events.after(network.oneWay(ways), () -> node.arrive(job));
        ticket.onLost(() -> events.after(0, () -> rescue(flow, ticket)));
    }

    /** The request goes to another node, once, if there is one; else it waits where it is, and looks again. */
    private void rescue(Flow flow, Ticket ticket) {
        if (flow.over || flow.rescued || !ticket.endpoint().ejection().isLost()) {
            return;
        }
        if (balancer.pickInRotation(request(flow)) instanceof Pick.Picked(Ticket next)) {
            if (ticket.complete(new Outcome.Rescued())) {
                flow.rescued = true;
                send(flow, next);
            } else {
                next.complete(new Outcome.Cancelled());
            }
        } else {
            events.after(LOOK_AGAIN_NANOS, () -> rescue(flow, ticket));
        }
    }

    private void answered(Flow flow, Ticket ticket, Answer answer) {
        switch (answer) {
            case Answer.Done(LoadReport report) -> {
                report(ticket, report);
                if (ticket.complete(new Outcome.Success()) && !flow.over) {
                    flow.over = true;
                    recorder.answered(flow.call, events.now());
                }
            }
            case Answer.Failed(LoadReport report) -> {
                report(ticket, report);
                again(flow, ticket, new Outcome.Failure());
            }
            case Answer.Full(LoadReport report) -> {
                report(ticket, report);
                again(flow, ticket, new Outcome.Overloaded(Duration.ZERO));
            }
            case Answer.Gone(boolean refused) ->
                again(flow, ticket, new Outcome.Lost(refused ? new Cause.Refused() : new Cause.Broken()));
        }
    }

    private void report(Ticket ticket, LoadReport report) {
        ticket.endpoint().heard(events.now());
        if (losses.nextDouble() >= network.reportLoss()) {
            ticket.endpoint().report(report, events.now());
        }
    }

    private void again(Flow flow, Ticket ticket, Outcome outcome) {
        if (!ticket.complete(outcome) || flow.over) {
            return;
        }
        recorder.attemptFailed(events.now());
        if (flow.tried.size() < MAX_ATTEMPTS && retries.spend()) {
            pick(flow);
        } else {
            fail(flow);
        }
    }
}
