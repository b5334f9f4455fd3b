package dev.evenkeel.gateway.flow;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
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

    private final Model model;
    private final long work;
    private final Terms terms;
    private final Input input;
    private final Set<String> tried = new LinkedHashSet<>();
    /** By endpoint: whether it died for certain. */
    private final Map<Endpoint, Boolean> lostOn = new LinkedHashMap<>();

    private volatile @Nullable Ticket ticket;
    private @Nullable Ticket hedge;
    private int hedges;
    private volatile Outcome verdict = new Outcome.Success();
    private boolean settled;
    private int rescues;
    private boolean ended;
    private Runnable atEnd = () -> {};
    private volatile boolean refused;
    private volatile LongPredicate room = _ -> true;
    private volatile @Nullable Fingerprint fingerprint;

    /**
     * Which model is meant.
     *
     * @param name of the model
     * @param variants the names under which those endpoints serve it that are meant, versions' or the model's own: one that
     *     has no place for the request is followed by the next; at least one
     */
    public record Model(String name, List<String> variants) {

        /** Any version. */
        public Model(String name) {
            this(name, List.of(name));
        }
    }

    /**
     * What was asked.
     *
     * @param path of the request
     * @param body of the request, as it came; to be read only
     */
    @SuppressWarnings("ArrayRecordComponent") // bodies are long, and nobody compares them
    public record Input(String path, byte[] body) {}

    /** A request that is waited for however long it takes. */
    public Flow(String model, long work) {
        this(new Model(model), work, new Terms("", "", 0, Request.NO_LIMIT, false, false), new Input("", new byte[0]));
    }

    /**
     * A request that was routed and sent nowhere yet.
     *
     * @param model what answers it
     * @param work its estimated work in work units
     */
    public Flow(Model model, long work, Terms terms, Input input) {
        this.model = model;
        this.work = work;
        this.terms = terms;
        this.input = input;
    }

    /** The context that {@link #attachTo} put there. */
    public static @Nullable Flow of(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }

    public void attachTo(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }

    /** The name of the model, whatever its version. */
    public String model() {
        return model.name();
    }

    /** Which versions of it are meant, as {@link Model} has them. */
    public List<String> variants() {
        return model.variants();
    }

    public long work() {
        return work;
    }

    /** How long its client still waits; negative when that is over. */
    public Duration timeLeft(long now) {
        return terms.timeout().minusNanos(now - terms.arrivedAt());
    }

    public Terms terms() {
        return terms;
    }

    public Input input() {
        return input;
    }

    /** Whoever keeps count of what is in memory says whether so many bytes more may be. */
    public void holdsWith(LongPredicate asked) {
        room = asked;
    }

    /** Whether an answer of so many bytes may be held until the request is over; it is counted then. */
    public boolean mayHold(long bytes) {
        return room.test(bytes);
    }

    /** Of what was asked; found out once, and only when somebody asks. */
    public Fingerprint fingerprint() {
        Fingerprint known = fingerprint;
        if (known == null) {
            known = Fingerprint.of(input.path(), model.name(), input.body());
            fingerprint = known;
        }
        return known;
    }

    /** What the node of the present attempt calls it. */
    public synchronized String attemptId() {
        return terms.nodeId() + '~' + tried.size();
    }

    /**
     * It was on this endpoint when that stalled or died, unanswered; no matter how often that is told.
     *
     * @param died its connection broke. A stall that the gateway sees may be a machine that is short of CPU
     */
    public synchronized void lostOn(Endpoint endpoint, boolean died) {
        lostOn.merge(endpoint, died, Boolean::logicalOr);
    }

    /** Every endpoint that it was lost on has died, or has said itself that a prediction was stuck. */
    public synchronized boolean isLostForCertain() {
        return lostOn.entrySet().stream().allMatch(this::isCertain);
    }

    /** As {@link #isLostForCertain}, or nothing was heard of those since that only seem to have stalled. */
    public synchronized boolean isStillLost() {
        return lostOn.entrySet().stream()
                .allMatch(loss -> isCertain(loss) || loss.getKey().ejection().isLost());
    }

    /**
     * The node need not be stalled any more: another worker takes the stuck one's place. One that was only silent may have
     * been found to be dead since.
     */
    private boolean isCertain(Map.Entry<Endpoint, Boolean> loss) {
        Endpoint endpoint = loss.getKey();
        return loss.getValue() || endpoint.ejection().isDead() || endpoint.saidStalledSince(terms.arrivedAt());
    }

    /** Ids of the endpoints that stalled or died with it inside. */
    public synchronized Set<String> lostOn() {
        return lostOn.keySet().stream().map(Endpoint::id).collect(Collectors.toUnmodifiableSet());
    }

    /** Endpoints that stalled or died with it inside. */
    public synchronized int losses() {
        return lostOn.size();
    }

    /** Ids of the endpoints that it was sent to. */
    public synchronized Set<String> tried() {
        return Set.copyOf(tried);
    }

    /** How often it was sent, but for the times that it was rescued, and for hedges. */
    public synchronized int attempts() {
        return tried.size() - rescues - hedges;
    }

    /** It was taken from a lost endpoint to another one. */
    public synchronized boolean wasRescued() {
        return rescues > 0;
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

    /**
     * It goes to a second endpoint beside the present one, and what is answered first counts.
     *
     * @return false when it has its result, nobody waits for it, or it is elsewhere by now. The ticket is the caller's then
     */
    public synchronized boolean hedgeWith(Ticket attempt, Ticket second) {
        if (!attempt.equals(ticket) || hedge != null || settled || ended) {
            return false;
        }
        tried.add(second.endpoint().id());
        hedges++;
        hedge = second;
        return true;
    }

    /** The attempt is the present one, and not one beside it or before it. */
    public synchronized boolean isOn(Ticket attempt) {
        return attempt.equals(ticket);
    }

    /** Another attempt is under way, on an endpoint that may answer. */
    public synchronized boolean isHedged(Ticket attempt) {
        Ticket other = attempt.equals(hedge) ? ticket : hedge;
        return hedge != null && other != null && !other.endpoint().ejection().isLost();
    }

    /** The attempt failed; true when another is under way, which is the only one from now on. */
    public boolean leaveToOther(Ticket attempt, Outcome outcome) {
        synchronized (this) {
            Ticket other = hedge;
            if (other == null || settled || !(attempt.equals(ticket) || attempt.equals(other))) {
                return false;
            }
            if (attempt.equals(ticket)) {
                ticket = other;
            }
            hedge = null;
        }
        attempt.complete(outcome);
        return true;
    }

    /**
     * The attempt has its result, and is not taken elsewhere any more; another that is under way is over. False when it was
     * taken elsewhere, and its result is nobody's.
     */
    public boolean settle(Ticket attempt) {
        Ticket loser;
        synchronized (this) {
            boolean isHedge = attempt.equals(hedge);
            if (!isHedge && !attempt.equals(ticket)) {
                return false;
            }
            loser = isHedge ? ticket : hedge;
            ticket = attempt;
            hedge = null;
            settled = true;
        }
        if (loser != null) {
            loser.complete(new Outcome.Cancelled());
        }
        return true;
    }

    /**
     * Takes the request from an attempt that has no result to its next, which ends the attempt, and one beside it that was
     * lost as well.
     *
     * @return false when it stays where it is: it has its result, or nobody waits for it. The next ticket is the caller's
     *     then
     */
    public boolean rescue(Ticket attempt, Ticket next) {
        Ticket second;
        synchronized (this) {
            second = hedge;
            if (!attempt.equals(ticket) || isHedged(attempt) || settled || ended) {
                return false;
            }
            rescues++;
            tried.add(next.endpoint().id());
            verdict = new Outcome.Success();
            ticket = next;
            hedge = null;
            if (second != null) {
                lostOn(second.endpoint(), second.endpoint().ejection().isDead());
            }
        }
        attempt.complete(new Outcome.Rescued());
        if (second != null) {
            second.complete(new Outcome.Rescued());
        }
        return true;
    }

    /** Its broken attempt is over, and it goes to this endpoint in its place, as by {@link #rescue}. */
    public void moveTo(Ticket next) {
        synchronized (this) {
            rescues++;
        }
        sentWith(next);
    }

    /** Nobody waits for the attempt any more, which has no result; false when it has one. */
    public boolean giveUp(Ticket attempt) {
        synchronized (this) {
            if (!attempt.equals(ticket) || settled || ended) {
                return false;
            }
            settled = true;
        }
        attempt.complete(new Outcome.Rescued());
        return true;
    }

    /** The answer of the present attempt is passed on as it comes. */
    public void answering() {
        Ticket current = ticket;
        if (current != null) {
            current.answering();
        }
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

    /** The exchange is over: nobody waits for an answer any more. */
    public synchronized boolean isOver() {
        return ended;
    }

    /** Runs the task when the request is over, at once when it is. One task. */
    public void onEnd(Runnable task) {
        synchronized (this) {
            if (!ended) {
                atEnd = task;
                return;
            }
        }
        task.run();
    }

    /** The exchange is over, with the verdict that was passed or because nobody waits any more. */
    public void end(boolean cancelled) {
        Runnable task;
        Ticket second;
        synchronized (this) {
            ended = true;
            second = hedge;
            task = atEnd;
            atEnd = () -> {};
        }
        task.run();
        if (second != null) {
            second.complete(new Outcome.Cancelled());
        }
        complete(cancelled ? new Outcome.Cancelled() : verdict);
    }
}
