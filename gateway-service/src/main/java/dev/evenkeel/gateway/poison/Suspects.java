package dev.evenkeel.gateway.poison;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.flow.ApiException;
import dev.evenkeel.gateway.flow.Fingerprint;
import dev.evenkeel.gateway.flow.Flow;
import dev.evenkeel.gateway.flow.Rescue;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Tells poison from those that were in the same place. All that were on a node when it stalled or died are suspects, and go to
 * other nodes, no two suspects to the same one: if that is lost too, the one suspect on it is why. Of copies of a request one
 * is tried, and the others wait for what becomes of it. An answer, of whatever kind, clears a request and its copies; the
 * second lost node condemns it, once both have died or say that they are stalled, or have not been heard for a while: on a
 * machine that is short of CPU nodes seem to stall one after the other, and are back soon. Its copies wait for that. Not when
 * nobody is left in rotation: then it is the fleet that fails; nor when another node died at the same moment on which it was
 * not: what killed that, a machine or a rack that lost its power, may have killed these. That counts once.
 *
 * <p>While nothing was lost lately a request costs the look at one field.
 */
public final class Suspects {

    /** For how long it waits at most for a node without another suspect: a hang is found out in less. */
    private static final long PATIENCE = Duration.ofSeconds(2).toNanos();

    /** For how long a suspect is remembered that nothing came of. */
    private static final long MEMORY = Duration.ofSeconds(5).toNanos();

    /** After which time those that only seem to have stalled are believed to have. */
    private static final long DOUBT = Duration.ofSeconds(5).toNanos();

    /** So long after a second loss it is known who died at that moment, and who is stalled: everybody is asked meanwhile. */
    private static final long ASKED = Duration.ofMillis(500).toNanos();

    /** Within which time those died that died at one moment: each is found out by its next request or poll. */
    private static final long MOMENT = Duration.ofSeconds(1).toNanos();

    /** The one that was on them looks every 200 ms: so much later at most it is known what became of it. */
    private static final long VERDICT = Duration.ofSeconds(1).toNanos();

    /** What is known of a fingerprint. */
    private static final class Entry {

        private final long since;

        /** Ids of the endpoints that it, or a copy, was lost on. */
        private final Set<String> lostOn = new HashSet<>();

        /** The one that is tried on another node. */
        private @Nullable Flow onTrial;

        private boolean cleared;
        private boolean condemned;

        /** For so many lost nodes it had an alibi; one more condemns it. */
        private int excused;

        /** Until it is condemned or not. */
        private @Nullable Doubt doubt;

        /** Until those that only seemed to have stalled have said whether they have. */
        private @Nullable Doubt unheard;

        private long until;

        Entry(long now) {
            this.since = now;
            this.until = now + MEMORY;
        }

        /** Whether it is condemned is not known yet. */
        boolean isInDoubt(long now) {
            return lasts(doubt, DOUBT + VERDICT, now) || lasts(unheard, ASKED + VERDICT, now);
        }

        private static boolean lasts(@Nullable Doubt doubt, long limit, long now) {
            return doubt != null && doubt.isOpen && !doubt.flow.isOver() && now - doubt.since < limit;
        }
    }

    /**
     * What is to be judged.
     *
     * @param since when it was seen to be on its second lost node
     * @param isOpen false when it was found guilty, and nobody was left in rotation to be spared
     */
    private record Doubt(Flow flow, long since, boolean isOpen) {}

    /**
     * For how long, and how many.
     *
     * @param refusedFor a condemned request is refused for so long, &gt;= 0; 0 is not at all
     * @param most fingerprints that are remembered, &gt;= 1; the eldest is forgotten first
     */
    public record Settings(Duration refusedFor, int most) {}

    private final Settings settings;
    private final BiFunction<Flow, Set<String>, Pick> pickExcept;
    private final Deaths deaths;
    private final LongSupplier nanoTime;

    // guarded by this; the first condition is read without it
    private volatile boolean quiet = true;
    private final Map<Fingerprint, Entry> entries = new LinkedHashMap<>();
    private final Set<String> endpointsOnTrial = new HashSet<>();

    /**
     * Nobody is suspected yet.
     *
     * @param pickExcept a place in rotation for a request, on none of the endpoints with these ids
     */
    public Suspects(
            Settings settings, BiFunction<Flow, Set<String>, Pick> pickExcept, Deaths deaths, LongSupplier nanoTime) {
        this.settings = settings;
        this.pickExcept = pickExcept;
        this.deaths = deaths;
        this.nanoTime = nanoTime;
    }

    /** Which endpoints are dead: nobody answers at their address. */
    public interface Deaths {

        /** Finds out now, of all of them, rather than by and by. Returns at once. */
        void lookAround();

        /** Whether an endpoint was found to be dead at that time or later that is none of those with these ids. */
        boolean anyOther(long since, Set<String> ids);
    }

    /** What becomes of a request that comes in. */
    enum Entrance {
        OPEN,
        /** A copy of it is being tried. */
        WAIT,
        REFUSED
    }

    Entrance entrance(Flow flow) {
        if (quiet) {
            return Entrance.OPEN;
        }
        Fingerprint fingerprint = flow.fingerprint();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            forgetOld(now);
            Entry entry = entries.get(fingerprint);
            if (entry == null) {
                return Entrance.OPEN;
            }
            if (entry.condemned) {
                return Entrance.REFUSED;
            }
            boolean isTried = entry.onTrial != null && now - entry.since < PATIENCE;
            return isTried || entry.isInDoubt(now) ? Entrance.WAIT : Entrance.OPEN;
        }
    }

    /** Where a request goes whose node was lost with it inside. */
    public Rescue rescue(Flow flow) {
        Fingerprint fingerprint = flow.fingerprint();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            forgetOld(now);
            quiet = false;
            Entry entry = entries.computeIfAbsent(fingerprint, _ -> new Entry(now));
            entry.lostOn.addAll(flow.lostOn());
            if (flow.losses() > 1) {
                return judge(flow, entry, now);
            }
            if (entry.condemned) {
                return new Rescue.Refused(refusal());
            }
            boolean isPatient = !entry.cleared && now - entry.since < PATIENCE;
            if (isPatient && entry.onTrial != null && !entry.onTrial.equals(flow)) {
                return new Rescue.Later();
            }
            return place(flow, entry, isPatient);
        }
    }

    ApiException refusal() {
        return new ApiException(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "this request was on two nodes that stalled or died of it; it is refused for "
                        + settings.refusedFor.toSeconds() + " s");
    }

    private Rescue judge(Flow flow, Entry entry, long now) {
        boolean isCertain = flow.isLostForCertain();
        if (!isCertain && !flow.isStillLost()) {
            // nodes that are slow together say nothing of what is on them, and it may be answered yet; but one that is
            // stalled says so soon, and what failed on the other should not be on a third before
            entry.doubt = null;
            Doubt unheard = entry.unheard;
            if (unheard == null || !unheard.flow.equals(flow)) {
                unheard = new Doubt(flow, now, true);
                entry.unheard = unheard;
                deaths.lookAround();
            }
            return now - unheard.since < ASKED ? new Rescue.Later() : new Rescue.Nowhere();
        }
        // as long as it waits for a place: who died at that moment is not known again
        entry.until = Math.max(entry.until, now + MEMORY);
        if (entry.excused < entry.lostOn.size()) {
            Doubt doubt = entry.doubt;
            if (doubt == null || doubt.flow.isOver()) {
                doubt = new Doubt(flow, now, true);
                entry.doubt = doubt;
                deaths.lookAround();
            }
            if (doubt.isOpen && now - doubt.since < (isCertain ? ASKED : DOUBT)) {
                return new Rescue.Later();
            }
            if (flow.equals(entry.onTrial)) {
                entry.onTrial = null;
            }
            if (!isCertain || entry.excused > 0 || !deaths.anyOther(doubt.since - MOMENT, entry.lostOn)) {
                entry.doubt = new Doubt(flow, doubt.since, false);
                return condemn(flow, entry, now);
            }
            entry.excused = entry.lostOn.size();
            entry.doubt = null;
        }
        return place(flow, entry, now - entry.since < PATIENCE);
    }

    private Rescue condemn(Flow flow, Entry entry, long now) {
        if (!(pickExcept.apply(flow, Set.of()) instanceof Pick.Picked(Ticket unused))) {
            return new Rescue.Nowhere();
        }
        unused.complete(new Outcome.Cancelled());
        if (settings.refusedFor.isPositive()) {
            entry.condemned = true;
            entry.until = now + settings.refusedFor.toNanos();
        }
        return new Rescue.Refused(refusal());
    }

    private Rescue place(Flow flow, Entry entry, boolean isPatient) {
        Set<String> except = isPatient ? Set.copyOf(endpointsOnTrial) : Set.of();
        if (!(pickExcept.apply(flow, except) instanceof Pick.Picked(Ticket ticket))) {
            return except.isEmpty() ? new Rescue.Nowhere() : new Rescue.Later();
        }
        if (!entry.cleared) {
            entry.onTrial = flow;
            endpointsOnTrial.add(ticket.endpoint().id());
        }
        return new Rescue.To(new Trial(ticket, flow, entry));
    }

    /** Called before anything is looked up. */
    private void forgetOld(long now) {
        entries.values().removeIf(entry -> now - entry.until >= 0 && entry.onTrial == null);
        while (entries.size() > settings.most) {
            entries.remove(entries.keySet().iterator().next());
        }
        quiet = entries.isEmpty();
    }

    private synchronized void ended(Trial trial, Outcome outcome) {
        endpointsOnTrial.remove(trial.endpoint().id());
        if (trial.flow.equals(trial.entry.onTrial)) {
            trial.entry.onTrial = null;
        }
        switch (outcome) {
            case Outcome.Success _, Outcome.Failure _, Outcome.Overloaded _ -> {
                trial.entry.cleared = true;
                trial.entry.doubt = null;
                trial.entry.unheard = null;
            }
            case Outcome.Lost _, Outcome.Rescued _, Outcome.Timeout _, Outcome.Cancelled _ -> {}
        }
    }

    /** A ticket that tells what became of a suspect. */
    private final class Trial implements Ticket {

        private final Ticket ticket;
        private final Flow flow;
        private final Entry entry;

        Trial(Ticket ticket, Flow flow, Entry entry) {
            this.ticket = ticket;
            this.flow = flow;
            this.entry = entry;
        }

        @Override
        public Endpoint endpoint() {
            return ticket.endpoint();
        }

        @Override
        public void onLost(Runnable task) {
            ticket.onLost(task);
        }

        @Override
        public void answering() {
            ticket.answering();
        }

        @Override
        public boolean complete(Outcome outcome) {
            boolean first = ticket.complete(outcome);
            if (first) {
                ended(this, outcome);
            }
            return first;
        }
    }
}
