package dev.evenkeel.gateway.flow;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * The context of one request: what the route stage found out, and where it is now. The client may leave, on another
 * thread, while the next attempt begins: {@link #end}, {@link #sentWith} and {@link #rescue} see to it that no ticket is
 * left over. An attempt may be answered while the request is taken elsewhere: {@link #settle} and {@link #rescue} see to
 * it that one of the two happens.
 */
public final class Flow {

    private static final String ATTRIBUTE = Flow.class.getName();

    private final String model;
    private final long work;
    private final long arrivedAt;
    private final Duration timeout;
    private final Set<String> tried = new LinkedHashSet<>();
    private volatile @Nullable Ticket ticket;
    private volatile Outcome verdict = new Outcome.Success();
    private boolean settled;
    private boolean rescued;
    private boolean ended;
    private volatile boolean refused;

    /** A request that is waited for however long it takes. */
    public Flow(String model, long work) {
        this(model, work, 0, Request.NO_LIMIT);
    }

    /**
     * A request that was routed and sent nowhere yet.
     *
     * @param model the name of the model that answers it
     * @param work its estimated work in work units
     * @param arrivedAt when it came, in nanoseconds of the gateway's clock
     * @param timeout how long from then on its client waits
     */
    public Flow(String model, long work, long arrivedAt, Duration timeout) {
        this.model = model;
        this.work = work;
        this.arrivedAt = arrivedAt;
        this.timeout = timeout;
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

    /** How long its client still waits; negative when that is over. */
    public Duration timeLeft(long now) {
        return timeout.minusNanos(now - arrivedAt);
    }

    /** Ids of the endpoints that it was sent to. */
    public synchronized Set<String> tried() {
        return Set.copyOf(tried);
    }

    /** How often it was sent, but for the time that it was rescued. */
    public synchronized int attempts() {
        return tried.size() - (rescued ? 1 : 0);
    }

    /** It was taken from a lost endpoint to another one; that happens once. */
    public synchronized boolean wasRescued() {
        return rescued;
    }

    /** A node was full; if none answers in the end, that is what the client is told. */
    public void markRefused() {
        refused = true;
    }

    public boolean wasRefused() {
        return refused;
    }

    /** It goes to this endpoint now. A request that nobody waits for any more goes nowhere: its ticket ends at once. */
    public void sentWith(Ticket next) {
        boolean tooLate;
        synchronized (this) {
            tried.add(next.endpoint().id());
            verdict = new Outcome.Success();
            settled = false;
            tooLate = ended;
            ticket = next;
        }
        if (tooLate) {
            next.complete(new Outcome.Cancelled());
        }
    }

    /** The attempt has its result, and is not taken elsewhere any more. False when it was, and its result is nobody's. */
    public synchronized boolean settle(Ticket attempt) {
        boolean isCurrent = attempt.equals(ticket);
        settled |= isCurrent;
        return isCurrent;
    }

    /**
     * Takes the request from an attempt that has no result to its next, which ends the attempt.
     *
     * @return false when it stays where it is: it has its result, nobody waits for it, or it was rescued before. The next
     *     ticket is the caller's then
     */
    public boolean rescue(Ticket attempt, Ticket next) {
        synchronized (this) {
            if (!attempt.equals(ticket) || settled || ended || rescued) {
                return false;
            }
            rescued = true;
            tried.add(next.endpoint().id());
            verdict = new Outcome.Success();
            ticket = next;
        }
        attempt.complete(new Outcome.Rescued());
        return true;
    }

    /** What is known of the present attempt by now; it counts once the answer is written. */
    public void judge(Outcome outcome) {
        verdict = outcome;
    }

    /** Ends the present attempt, if it is not ended; another may follow. */
    public void complete(Outcome outcome) {
        Ticket current = ticket;
        if (current != null) {
            current.complete(outcome);
        }
    }

    /** The exchange is over, with the verdict that was passed or because nobody waits any more. */
    public void end(boolean cancelled) {
        synchronized (this) {
            ended = true;
        }
        complete(cancelled ? new Outcome.Cancelled() : verdict);
    }
}
