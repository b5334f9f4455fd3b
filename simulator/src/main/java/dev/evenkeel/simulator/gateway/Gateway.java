package dev.evenkeel.simulator.gateway;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Policies;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.Wiring;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.PollSchedule;
import dev.evenkeel.balancer.endpoint.Request;
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
import java.util.stream.IntStream;

/** A gateway: the shipped balancer, polls as the shipped poller decides them, and what it does when an attempt fails. */
public final class Gateway {

    /** The name under which the simulator has the policy that knows the truth. */
    public static final String ORACLE = "oracle";

    private static final String MODEL = "m";
    private static final long TICK_NANOS = 50_000_000;
    private static final int MAX_ATTEMPTS = 3;
    private static final URI NOWHERE = URI.create("http://simulated.invalid");

    private final EventQueue events;
    private final Network network;
    private final RandomGenerator ways;
    private final RandomGenerator losses;
    private final Recorder recorder;
    private final Fleet fleet = new Fleet();
    private final Map<Endpoint, Node> byEndpoint = new HashMap<>();
    private final Balancer balancer;
    private final PollSchedule polls;
    private long sent;
    private Call deciding = new Call(0, 1, 1, 1, true);

    public Gateway(
            int index,
            List<Node> nodes,
            String policy,
            Network network,
            Streams streams,
            EventQueue events,
            Recorder recorder) {
        this.network = network;
        this.events = events;
        this.recorder = recorder;
        this.ways = streams.of("ways", index);
        this.losses = streams.of("losses", index);
        RandomGenerator choices = streams.of("choices", index);
        Picker picker = policy.equals(ORACLE)
                ? new Oracle(byEndpoint, () -> deciding, choices)
                : Policies.create(policy, new Wiring(choices, this::probe));
        this.balancer = new Balancer(fleet, picker, events::now);
        this.polls = new PollSchedule(PollSchedule.Settings.DEFAULT, streams.of("polls", index));
        List<String> ids =
                IntStream.range(0, nodes.size()).mapToObj(Integer::toString).toList();
        fleet.update(ids, id -> new Endpoint(id, NOWHERE, Ejection.Settings.DEFAULT));
        for (Endpoint endpoint : fleet.endpoints()) {
            endpoint.announce(Set.of(MODEL));
            byEndpoint.put(endpoint, nodes.get(Integer.parseInt(endpoint.id())));
            poll(endpoint);
        }
        events.after(1 + streams.of("ticks", index).nextLong(TICK_NANOS), this::look);
    }

    /** The nodes as it sees them. */
    public List<Endpoint> endpoints() {
        return fleet.endpoints();
    }

    private Node node(Endpoint endpoint) {
        return Objects.requireNonNull(byEndpoint.get(endpoint));
    }

    private void look() {
        for (Endpoint endpoint : polls.due(fleet.endpoints(), sent, events.now())) {
            recorder.polled(events.now());
            poll(endpoint);
        }
        events.after(TICK_NANOS, this::look);
    }

    private void poll(Endpoint endpoint) {
        ask(endpoint, report -> endpoint.polled(report, events.now()));
    }

    /** For the policies that probe. What a probe tells is theirs alone. */
    private void probe(Endpoint endpoint, Prober.Answer answer) {
        recorder.polled(events.now());
        ask(endpoint, report -> answer.arrived(report, events.now()));
    }

    private void ask(Endpoint endpoint, Consumer<LoadReport> answer) {
        events.after(network.oneWay(ways), () -> {
            LoadReport report = node(endpoint).probed(network.probeMicros());
            if (report != null && losses.nextDouble() >= network.reportLoss()) {
                events.after(network.oneWay(ways), () -> answer.accept(report));
            }
        });
    }

    /** A client's request comes in. */
    public void arrive(Call call) {
        recorder.came(call);
        pick(call, new HashSet<>());
    }

    private void pick(Call call, Set<String> tried) {
        deciding = call;
        switch (balancer.pick(new Request(MODEL, call.hint(), tried))) {
            case Pick.Picked(Ticket ticket) -> send(call, tried, ticket);
            case Pick.Overloaded _, Pick.NoneAvailable _ -> recorder.failed(call);
        }
    }

    private void send(Call call, Set<String> tried, Ticket ticket) {
        Node node = node(ticket.endpoint());
        tried.add(ticket.endpoint().id());
        sent++;
        recorder.sent(node.index(), events.now());
        node.announced(call.work());
        Job job = new Job(
                call.work(),
                call.tokens(),
                answer -> events.after(network.oneWay(ways), () -> answered(call, tried, ticket, answer)));
        events.after(network.oneWay(ways), () -> node.arrive(job));
    }

    private void answered(Call call, Set<String> tried, Ticket ticket, Answer answer) {
        switch (answer) {
            case Answer.Done(LoadReport report) -> {
                report(ticket, report);
                if (ticket.complete(new Outcome.Success())) {
                    recorder.answered(call, events.now());
                }
            }
            case Answer.Failed(LoadReport report) -> {
                report(ticket, report);
                again(call, tried, ticket, new Outcome.Failure());
            }
            case Answer.Full(LoadReport report) -> {
                report(ticket, report);
                again(call, tried, ticket, new Outcome.Overloaded(Duration.ZERO));
            }
            case Answer.Gone(boolean refused) ->
                again(call, tried, ticket, new Outcome.Lost(refused ? new Cause.Refused() : new Cause.Broken()));
        }
    }

    private void report(Ticket ticket, LoadReport report) {
        ticket.endpoint().heard(events.now());
        if (losses.nextDouble() >= network.reportLoss()) {
            ticket.endpoint().report(report, events.now());
        }
    }

    private void again(Call call, Set<String> tried, Ticket ticket, Outcome outcome) {
        if (!ticket.complete(outcome)) {
            return;
        }
        recorder.attemptFailed(events.now());
        if (tried.size() < MAX_ATTEMPTS) {
            pick(call, tried);
        } else {
            recorder.failed(call);
        }
    }
}
