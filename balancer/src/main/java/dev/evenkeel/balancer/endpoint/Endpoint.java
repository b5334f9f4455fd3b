package dev.evenkeel.balancer.endpoint;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One node as this gateway sees it. Safe for use by many threads and free of locks; state that is read together is one
 * immutable record that is swapped.
 *
 * <p>All times are nanoseconds of the balancer's clock.
 */
public final class Endpoint {

    private final String id;
    private final URI address;
    private final Ejection ejection;

    private final AtomicLong ownWork = new AtomicLong();
    private final AtomicInteger ownRequests = new AtomicInteger();
    private final AtomicReference<@Nullable Reported> reported = new AtomicReference<>();
    private final AtomicLong heardAt = new AtomicLong();
    private volatile Set<String> models = Set.of();

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

    /** Work units that this gateway has sent here and that are not completed. */
    public long ownWork() {
        return ownWork.get();
    }

    /** Requests that this gateway has sent here and that are not completed. */
    public int ownRequests() {
        return ownRequests.get();
    }

    /** Counts a request that is on its way to the node; at once, so that the next pick sees it. */
    public void begin(long work) {
        ownWork.addAndGet(work);
        ownRequests.incrementAndGet();
    }

    /** Takes away what {@link #begin} counted. */
    public void end(long work) {
        ownWork.addAndGet(-work);
        ownRequests.decrementAndGet();
    }

    /** The names under which the node serves models, aliases included. */
    public boolean serves(String model) {
        return models.contains(model);
    }

    public void announce(Set<String> servedModels) {
        models = Set.copyOf(servedModels);
    }

    /** Something came from the node at {@code now}, whatever it was. */
    public void heard(long now) {
        heardAt.set(now);
    }

    /** When something was last heard from the node; 0 before that. */
    public long heardAt() {
        return heardAt.get();
    }

    /** Takes a report that arrived at {@code now}, unless one that the node wrote later is there already. */
    public void report(LoadReport report, long now) {
        heard(now);
        Reported fresh = new Reported(report, now, ownWork.get());
        reported.accumulateAndGet(
                fresh, (known, next) -> known != null && known.report.seq() > report.seq() ? known : next);
    }

    /** The last report and when it arrived; empty before the first. */
    public Optional<Reported> reported() {
        return Optional.ofNullable(reported.get());
    }

    /** What the node said of its readiness; WARMING before it has said anything. */
    public NodeState state() {
        Reported last = reported.get();
        return last == null ? NodeState.WARMING : last.report.state();
    }

    /**
     * A report, with what this gateway needs to tell its own share of it.
     *
     * @param at when it arrived
     * @param ownWorkAt this gateway's own outstanding work at that moment
     */
    public record Reported(LoadReport report, long at, long ownWorkAt) {

        /** Work units on the node that are not this gateway's own: other gateways', or clients without one; &gt;= 0. */
        public double othersWork() {
            double total = report.queueWork();
            return Double.isNaN(total) ? 0 : Math.max(0, total - ownWorkAt);
        }
    }

    @Override
    public String toString() {
        return id + " at " + address;
    }
}
