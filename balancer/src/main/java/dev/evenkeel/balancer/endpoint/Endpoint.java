package dev.evenkeel.balancer.endpoint;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
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
    private static final VarHandle ANSWERS = handle("answers", Answers.class);
    private static final VarHandle LATENCY = handle("latency", Latency.class);

    /** A node that has not measured itself yet is taken for one whole core. */
    private static final double UNKNOWN_WORK_RATE = 1e6;

    /** In cores: one whose neighbours take everything still gets a little, and shows thereby when they are gone. */
    private static final double LEAST_FREE = 0.05;

    /** A node that is busy answers several times in this time. */
    private static final long JUST_NOW = 100_000_000;

    private final String id;
    private final URI address;
    private final Ejection ejection;

    // every pick reads these of every endpoint: they lie in the object, not behind a reference
    private volatile Own own = Own.NOTHING;
    private volatile @Nullable Reported reported;
    private volatile Latency latency = Latency.UNKNOWN;

    private volatile Answers answers = Answers.NONE;
    private volatile long upSince;
    private volatile long stalledAt;
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
        this.ejection = new Ejection(ejection, new Ejection.Listener() {
            @Override
            public void ejected(Cause cause, boolean fromTrial) {
                listener.ejected(cause, fromTrial);
            }

            @Override
            public void healed() {
                learn(Answers::forgiven);
                listener.healed();
            }
        });
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
        } while (!OWN.compareAndSet(this, before, before.afterSending(work, now)));
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

    /**
     * Takes away what {@link #begin} counted.
     *
     * @param cameOut the node itself let go of it, with an answer of whatever kind
     */
    public void end(long work, boolean cameOut, long now) {
        Own before;
        do {
            before = own;
        } while (!OWN.compareAndSet(this, before, before.afterEnd(work, cameOut, now)));
        if (cameOut) {
            double quiet = (double) Math.max(0, now - before.quietSince());
            learn(known -> known.afterQuiet(quiet));
        }
    }

    /** Work units that are inside the node as far as this gateway knows: its own, and what others had there. */
    public double outstandingWork() {
        Reported last = reported;
        return (double) ownWork() + (last == null ? 0 : last.othersWork());
    }

    /**
     * As {@link #outstandingWork()}, less what the node has finished of others' since it told of it. Who sends nothing there
     * hears nothing from it, and would take what was there once for what is there still.
     */
    public double outstandingWork(long now) {
        Reported last = reported;
        if (last == null || last.othersWork() <= 0) {
            return (double) ownWork();
        }
        double finished = workRate() * Math.max(0, now - last.at()) / 1e9;
        double left = Math.max(0, 1 - finished / last.report().queueWork());
        return (double) ownWork() + last.othersWork() * left;
    }

    /**
     * Work units that the node finishes per second while busy, by its own last word; of a node that does not measure that, what
     * the cores that nobody else uses would do.
     */
    public double workRate() {
        Reported last = reported;
        if (last == null) {
            return UNKNOWN_WORK_RATE;
        }
        double said = last.report().workRate();
        double free = last.report().coresFree();
        // a number that is not stated is above nothing
        return said > 0 ? said : free >= 0 ? Math.max(LEAST_FREE, free) * 1e6 : UNKNOWN_WORK_RATE;
    }

    /** What became of the requests that it had lately. */
    public Answers answers() {
        return answers;
    }

    /**
     * Share of this gateway's recent requests here that failed, 0 to 1. It is up at once and fades within seconds. A cost
     * may use it so that a node which fails fast, and so looks idle, draws no traffic: dividing by {@code 1 - share} counts
     * the attempts that a success takes.
     */
    public double failureShare(long now) {
        return answers.failureShare(now);
    }

    /**
     * A request was answered.
     *
     * @param nanos from its pick to its end
     * @param explainedNanos what the node needed for all that was outstanding, by its own word of how fast it works
     */
    public void succeeded(long sentAt, long nanos, double explainedNanos, long now) {
        learn(known -> known.afterSuccess(nanos, explainedNanos, now));
        ejection.onSuccess(sentAt, now);
    }

    /** A request failed in a way that may be its own fault. */
    public void failedSoftly(long sentAt, long now) {
        learn(known -> known.afterFailure(now));
        ejection.onSoftFailure(sentAt, now);
    }

    /** A request was lost. */
    public void lost(Cause cause, long sentAt, long now) {
        learn(known -> known.afterFailure(now));
        ejection.onLoss(cause, heardAt != 0 && now - heardAt <= JUST_NOW, sentAt, now);
    }

    private void learn(UnaryOperator<Answers> change) {
        Answers before;
        do {
            before = answers;
        } while (!ANSWERS.compareAndSet(this, before, change.apply(before)));
    }

    /** The names under which the node serves models, aliases included. */
    public Set<String> models() {
        return models;
    }

    /** The node has the model of this name. */
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
                onState(before == null ? NodeState.WARMING : before.report().state(), report.state(), now);
                return;
            }
        }
    }

    /** Takes the node's answer to a poll: a report, and word that it is there. One that is stalled is there in name only. */
    public void polled(LoadReport report, long now) {
        report(report, now);
        if (state() != NodeState.STALLED) {
            ejection.onHeard();
        }
    }

    private void onState(NodeState before, NodeState state, long now) {
        if (state == NodeState.UP && before != NodeState.UP) {
            upSince = now;
        } else if (state == NodeState.STALLED) {
            stalledAt = now;
            ejection.onLoss(new Cause.SaysStalled(), now, now);
        } else if (state == NodeState.MEMORY) {
            ejection.onOutlier(new Cause.SaysMemory(), now);
        }
    }

    /** When the node first said that it is up, after not being so; 0 before that. */
    public long upSince() {
        return upSince;
    }

    /** True when the node has said since a time that a prediction of its is stuck; it may have found a way round that. */
    public boolean saidStalledSince(long time) {
        long at = stalledAt;
        return at != 0 && at - time >= 0;
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

    /** True when it says that it is up and is not ejected; one on its trial still is. */
    public boolean isInRotation() {
        return state() == NodeState.UP && !ejection.isEjected();
    }

    @Override
    public String toString() {
        return id + " at " + address;
    }
}
