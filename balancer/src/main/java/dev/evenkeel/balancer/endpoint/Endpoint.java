package dev.evenkeel.balancer.endpoint;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One node as this gateway sees it. Safe for use by many threads and free of locks; state that is read together is one
 * immutable record that is swapped.
 *
 * <p>All times are nanoseconds of the balancer's clock.
 */
public final class Endpoint {

    private static final VarHandle OWN = handle("own", Own.class);
    private static final VarHandle REPORTED = handle("reported", Reported.class);
    private static final VarHandle LATENCY = handle("latency", Latency.class);

    private final String id;
    private final URI address;
    private final Ejection ejection;

    // every pick reads these of every endpoint: they lie in the object, not behind a reference
    private volatile Own own = Own.NOTHING;
    private volatile @Nullable Reported reported;
    private volatile Latency latency = Latency.UNKNOWN;

    private volatile long heardAt;
    private volatile Set<String> models = Set.of();
    private volatile Runnable modelsChanged = () -> {};

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Endpoint.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A node that nobody is told of when it leaves rotation. */
    public Endpoint(String id, URI address, Ejection.Settings ejection) {
        this(id, address, ejection, Ejection.Listener.NONE);
    }

    /** A node whose models and load are not known yet: it is not picked before it has said both. */
    public Endpoint(String id, URI address, Ejection.Settings ejection, Ejection.Listener listener) {
        this.id = id;
        this.address = address;
        this.ejection = new Ejection(ejection, listener);
    }

    /** The node's instance id: another start of the same node is another endpoint. */
    public String id() {
        return id;
    }

    public URI address() {
        return address;
    }

    /** Whether it may be picked after failures. */
    public Ejection ejection() {
        return ejection;
    }

    /** What this gateway has outstanding here. */
    public Own own() {
        return own;
    }

    /** Work units that this gateway has sent here and that are not completed. */
    public long ownWork() {
        return own.work();
    }

    /** Requests that this gateway has sent here and that are not completed. */
    public int ownRequests() {
        return own.requests();
    }

    /** Counts a request that is on its way to the node; at once, so that the next pick sees it. */
    public void begin(long work, long now) {
        Own before;
        do {
            before = own;
        } while (!OWN.compareAndSet(this, before, before.sent(work, now)));
    }

    /** Takes away what {@link #begin} counted as outstanding. */
    public void end(long work) {
        Own before;
        do {
            before = own;
        } while (!OWN.compareAndSet(this, before, before.completed(work)));
    }

    /** How long it takes to answer; kept by the policies that want to know. */
    public Latency latency() {
        return latency;
    }

    /**
     * Counts an answer in {@link #latency}.
     *
     * @param nanos from sending the request to its end
     * @param decayNanos in what time older answers fade to 1/e
     */
    public void answered(double nanos, double decayNanos, long now) {
        Latency before;
        do {
            before = latency;
        } while (!LATENCY.compareAndSet(this, before, before.plus(nanos, decayNanos, now)));
    }

    /** The names under which the node serves models, aliases included. */
    public boolean serves(String model) {
        return models.contains(model);
    }

    public void announce(Set<String> servedModels) {
        Set<String> next = Set.copyOf(servedModels);
        if (!next.equals(models)) {
            models = next;
            modelsChanged.run();
        }
    }

    /** One listener: the fleet that it belongs to. */
    void onModelsChanged(Runnable listener) {
        modelsChanged = listener;
    }

    /** Something came from the node at {@code now}, whatever it was. */
    public void heard(long now) {
        heardAt = now;
    }

    /** When something was last heard from the node; 0 before that. */
    public long heardAt() {
        return heardAt;
    }

    /** Takes a report that arrived at {@code now}, unless one that the node wrote later is there already. */
    public void report(LoadReport report, long now) {
        heard(now);
        while (true) {
            Reported before = reported;
            if (before != null && before.report().seq() > report.seq()) {
                return;
            }
            if (REPORTED.compareAndSet(this, before, Reported.after(before, report, own, now))) {
                return;
            }
        }
    }

    /** The last report and when it arrived; empty before the first. */
    public Optional<Reported> reported() {
        return Optional.ofNullable(reported);
    }

    /** As {@link #reported()}, for those who read it of every endpoint on every pick. */
    public @Nullable Reported lastReported() {
        return reported;
    }

    /** What the node said of its readiness; WARMING before it has said anything. */
    public NodeState state() {
        Reported last = reported;
        return last == null ? NodeState.WARMING : last.report().state();
    }

    @Override
    public String toString() {
        return id + " at " + address;
    }
}
