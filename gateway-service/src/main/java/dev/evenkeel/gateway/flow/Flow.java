package dev.evenkeel.gateway.flow;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Ticket;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * The context of one request: what the route stage found out, and where it is now. It is passed along the chain of one
 * exchange, and completed once more by whoever ends that chain; the ticket takes care of counting only once.
 */
public final class Flow {

    private static final String ATTRIBUTE = Flow.class.getName();

    private final String model;
    private final long work;
    private final Set<String> tried = new LinkedHashSet<>();
    private volatile @Nullable Ticket ticket;
    private volatile Outcome verdict = new Outcome.Success();

    /**
     * A request that was routed and sent nowhere yet.
     *
     * @param model the name of the model that answers it
     * @param work its estimated work in work units
     */
    public Flow(String model, long work) {
        this.model = model;
        this.work = work;
    }

    /** The context that {@link #attachTo} put there. */
    public static @Nullable Flow of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }

    public void attachTo(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }

    public String model() {
        return model;
    }

    public long work() {
        return work;
    }

    /** Ids of the endpoints that it was sent to. */
    public Set<String> tried() {
        return tried;
    }

    /** It goes to this endpoint now. */
    public void sentWith(Ticket next) {
        tried.add(next.endpoint().id());
        ticket = next;
        verdict = new Outcome.Success();
    }

    /** What the headers of the answer say of the attempt; counts once the body is written, too. */
    public void judge(Outcome outcome) {
        verdict = outcome;
    }

    public Outcome verdict() {
        return verdict;
    }

    /** Ends the present attempt, if it is not ended. */
    public void complete(Outcome outcome) {
        Ticket current = ticket;
        if (current != null) {
            current.complete(outcome);
        }
    }
}
