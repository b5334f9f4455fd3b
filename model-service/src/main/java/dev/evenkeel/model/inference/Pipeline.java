package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.batcher.BatchQueue;
import dev.evenkeel.batcher.Batcher;
import dev.evenkeel.batcher.Input;
import dev.evenkeel.batcher.Offer;
import dev.evenkeel.batcher.Request;
import dev.evenkeel.batcher.Ticket;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.model.inference.PendingRequest.Slot;
import dev.evenkeel.model.predict.Example;
import dev.evenkeel.model.predict.Prediction;
import dev.evenkeel.model.report.Cost;
import dev.evenkeel.model.report.NodeMeters;
import dev.evenkeel.model.report.Refusal;
import dev.evenkeel.model.tokenize.TextToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's path, read from {@link #run} downwards. */
final class Pipeline implements Inference {

    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

    /** Inputs that one turn of a tokenizer thread takes: some 2 ms of it, so that a long request lets others through. */
    private static final int TOKENIZED_AT_ONCE = 32;

    /** Their bytes, at most, unless one input has more: some 2 ms too. */
    private static final int BYTES_AT_ONCE = 16_384;

    /** Text that is tokenized where it is: some 0.3 ms, and on a busy core two changes of thread take longer than that. */
    private static final int BYTES_IN_PLACE = 2_048;

    /** A number of a row: 8 bytes as a float and its copy, some 12 as JSON, in a buffer that doubles and is copied at last. */
    private static final int BYTES_A_NUMBER = 48;

    /** Memory comes back when requests end or a collection is done: soon, but not at once. */
    private static final long RETRY_MEMORY_MILLIS = 1_000;

    /** Requests after which one counts little in what is usual. */
    private static final int USUAL_MEMORY = 16;

    private final Settings settings;
    private final Parts parts;
    private final Batcher<Slot> batcher;
    private final ExecutorService tokenizers;
    private final Running running = new Running();

    /** Work units of a request of late: a mean that forgets. */
    private final AtomicLong usualWork = new AtomicLong();

    /** These belong to the loading while it lasts, and then to whoever releases. */
    private Map<String, Served> loaded = Map.of();

    private @Nullable Crew crew;
    private boolean loading;
    private volatile boolean closed;
    private volatile List<ModelCard> cards = List.of();
    private volatile Map<String, Served> served = Map.of();

    Pipeline(Settings settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
        this.batcher = Batcher.over(
                BatchQueue.takingTurns(settings.maxQueueWork()), parts.clocks().nanoTime());
        // of their own: long texts take turns here, and nobody else waits for them
        this.tokenizers = Executors.newFixedThreadPool(
                settings.workers(),
                Thread.ofPlatform().daemon().name("tokenize-", 0).factory());
    }

    @Override
    public List<ModelCard> models() {
        return cards;
    }

    @Override
    public Rows run(ModelCard card, List<ModelInput> inputs, RunOptions options) {
        Served model = served.get(card.name());
        if (model == null) {
            throw unavailable();
        }
        Optional<InferenceException> refusal = refusal(0);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        refuseIfTooLarge(card, inputs);
        long deadline = now() + options.timeout().toNanos();
        PendingRequest request = new PendingRequest(inputs.size());
        try (Running.Registration registration = running.register(options.id(), request)) {
            List<Example> examples = encode(model, request, inputs, options, deadline);
            registration.requireRunning();
            List<Prediction> predictions = predict(model, request, examples, options, deadline);
            return Rows.of(
                    predictions, examples.stream().mapToInt(Example::length).sum());
        } catch (InferenceException.Cancelled e) {
            meters().cancelled(card.name(), request.missing());
            throw e;
        }
    }

    private void refuseIfTooLarge(ModelCard card, List<ModelInput> inputs) {
        long rows = inputs.stream().mapToLong(input -> rows(card, input)).sum();
        long bytes = rows * card.width() * BYTES_A_NUMBER;
        if (bytes > settings.maxRequestBytes()) {
            meters().refused(Refusal.TOO_LARGE);
            throw new InferenceException.TooLarge("The answer to " + rows + " inputs would take about " + bytes
                    + " bytes of memory; at most " + settings.maxRequestBytes() + " are given to one request: send "
                    + settings.maxRequestBytes() / BYTES_A_NUMBER / card.width() + " inputs at once.");
        }
    }

    private static long rows(ModelCard card, ModelInput input) {
        return input instanceof ModelInput.Numbers numbers
                        && card.inputs().getFirst().hasFreeRows()
                ? numbers.tensors().tensors().getFirst().rows()
                : 1;
    }

    /**
     * Spares everything else what the queue would refuse anyway: it is full, too, when a request of the usual size would
     * not fit.
     */
    @Override
    public Optional<InferenceException> refusal(int inside) {
        if (cards.isEmpty()) {
            return Optional.of(unavailable());
        }
        if (parts.memoryTight().getAsBoolean()) {
            meters().refused(Refusal.MEMORY);
            return Optional.of(InferenceException.Overloaded.memoryTight(RETRY_MEMORY_MILLIS));
        }
        Backlog backlog = batcher.backlog();
        boolean full = backlog.waitingInputs() > 0 && backlog.work() + usualWork.get() > settings.maxQueueWork();
        return full || inside > settings.maxRequests() ? Optional.of(overloaded()) : Optional.empty();
    }

    private List<Example> encode(
            Served model, PendingRequest request, List<ModelInput> inputs, RunOptions options, long deadline) {
        long begun = now();
        long[] bytes = inputs.stream().mapToLong(ModelInput::bytes).toArray();
        long allBytes = LongStream.of(bytes).sum();
        List<Example> all = new ArrayList<>(inputs.size());
        if (allBytes <= BYTES_IN_PLACE && inputs.size() <= TOKENIZED_AT_ONCE) {
            encode(model, inputs, options.truncate(), 0, inputs.size(), all);
        } else {
            encodeInTurns(model, request, inputs, bytes, options, deadline, all);
        }
        long tokens = 0;
        for (int i = 0; i < bytes.length; i++) {
            tokens += bytes[i] > 0 ? all.get(i).length() : 0;
        }
        model.tokenRatio().observe(tokens, allBytes);
        meters().tokenized(model.card().name(), now() - begun);
        return all;
    }

    private static void encode(
            Served model, List<ModelInput> inputs, boolean truncate, int from, int to, List<Example> encoded) {
        for (int i = from; i < to; i++) {
            encoded.add(model.encoder().encode(inputs.get(i), i, truncate));
        }
    }

    /** One piece after the other, so that requests take turns here too, as long as somebody waits for the answer. */
    private void encodeInTurns(
            Served model,
            PendingRequest request,
            List<ModelInput> inputs,
            long[] bytes,
            RunOptions options,
            long deadline,
            List<Example> encoded) {
        for (int from = 0; from < bytes.length; from = encoded.size()) {
            if (request.answer().isDone()) {
                throw new InferenceException.Cancelled();
            }
            int start = from;
            int end = from + 1;
            long piece = bytes[from];
            while (end < bytes.length && end - from < TOKENIZED_AT_ONCE && piece + bytes[end] <= BYTES_AT_ONCE) {
                piece += bytes[end++];
            }
            int to = end;
            takeTurn(
                    () -> encode(model, inputs, options.truncate(), start, to, encoded),
                    deadline,
                    () -> late(model, request, options));
        }
    }

    /** On a tokenizer thread, when it is this request's turn. */
    private void takeTurn(Runnable work, long deadline, Supplier<InferenceException> late) {
        Future<?> turn;
        try {
            turn = tokenizers.submit(work);
        } catch (RejectedExecutionException e) {
            throw unavailable();
        }
        try {
            turn.get(Math.max(0, deadline - now()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            turn.cancel(false);
            throw late.get();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            turn.cancel(false);
            throw interrupted();
        }
    }

    @Override
    public List<List<TextToken>> tokens(ModelCard card, List<String> texts, boolean special, Duration timeout) {
        Served model = served.get(card.name());
        if (model == null) {
            throw unavailable();
        }
        long deadline = now() + timeout.toNanos();
        List<List<TextToken>> tokens = new ArrayList<>(texts.size());
        for (int from = 0; from < texts.size(); from += TOKENIZED_AT_ONCE) {
            int start = from;
            int end = Math.min(texts.size(), from + TOKENIZED_AT_ONCE);
            takeTurn(
                    () -> {
                        for (int i = start; i < end; i++) {
                            tokens.add(model.encoder().tokens(texts.get(i), i, special));
                        }
                    },
                    deadline,
                    () -> new InferenceException.DeadlineExceeded(timeout));
        }
        return tokens;
    }

    /** Queues the inputs and waits for their rows; whatever ends the waiting, nothing of the request stays behind. */
    private List<Prediction> predict(
            Served model, PendingRequest request, List<Example> examples, RunOptions options, long deadline) {
        Cost cost = model.cost().cost();
        long now = now();
        long work = 0;
        List<Input<Slot>> inputs = new ArrayList<>(examples.size());
        for (int i = 0; i < examples.size(); i++) {
            int length = examples.get(i).length();
            Input<Slot> input = new Input<>(new Slot(request, i, examples.get(i), now), length, cost.of(length));
            work += input.work();
            inputs.add(input);
        }
        Ticket ticket = switch (batcher.offer(new Request<>(model.lane(), inputs, options.priority(), deadline))) {
            case Offer.Accepted(Ticket accepted) -> accepted;
            case Offer.Full full -> throw overloaded();
            case Offer.Expired() -> throw late(model, request, options);
            case Offer.Closed() -> throw unavailable();
        };
        // a bulk request is not what others are judged by
        long weighs = Math.min(work, settings.maxQueueWork() / USUAL_MEMORY);
        usualWork.updateAndGet(usual -> usual + (weighs - usual) / USUAL_MEMORY);
        try {
            return request.answer().get(Math.max(0, deadline - now()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw late(model, request, options);
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            batcher.cancel(ticket);
        }
    }

    private InferenceException late(Served model, PendingRequest request, RunOptions options) {
        meters().expired(model.card().name(), request.missing());
        return new InferenceException.DeadlineExceeded(options.timeout());
    }

    /** By when what is inside now is done. */
    private InferenceException overloaded() {
        meters().refused(Refusal.QUEUE_FULL);
        double seconds = batcher.backlog().work() / parts.rate().perSecond();
        return InferenceException.Overloaded.queueFull(Math.max(1, (long) Math.ceil(seconds * 1e3)));
    }

    private static InferenceException unwrapped(ExecutionException e) {
        Throwable cause = e.getCause();
        return cause instanceof InferenceException known
                ? known
                : new InferenceException.EngineFailed("The node failed on this request.", cause == null ? e : cause);
    }

    private static InferenceException interrupted() {
        Thread.currentThread().interrupt();
        return new InferenceException.Unavailable("The node is shutting down.");
    }

    private InferenceException unavailable() {
        meters().refused(closed ? Refusal.DRAINING : Refusal.WARMING);
        return new InferenceException.Unavailable(closed ? "The node is shutting down." : "The node is warming up.");
    }

    @Override
    public int cancel(String id) {
        return running.cancel(id);
    }

    @Override
    public void load() throws IOException {
        synchronized (this) {
            refuseIfClosed();
            loading = true;
        }
        try {
            Warmup warmup = new Warmup(parts.clocks());
            Loader loader = new Loader(parts.weights(), parts.engines(), warmup);
            loaded = loader.load(settings.models(), this::refuseIfClosed);
            parts.rate().restart(loader.cpuShare() * settings.workers() * 1e6);
            Crew workers = new Crew(
                    batcher,
                    parts.clocks(),
                    parts.rate(),
                    parts.watchdog(),
                    parts.meters().get(),
                    settings.workers(),
                    loaded,
                    warmup);
            crew = workers;
            for (int i = 0; i < settings.workers(); i++) {
                refuseIfClosed();
                workers.hire();
            }
            served = loaded;
            cards = loaded.values().stream().map(Served::card).toList();
            workers.watch();
        } finally {
            if (endLoading()) {
                release();
            }
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new InferenceException.Unavailable("The node is shutting down.");
        }
    }

    /** Of a loading and a close that meet, the loading releases: a stop does not wait for it, nor pull from under it. */
    private synchronized boolean endLoading() {
        loading = false;
        return closed;
    }

    private synchronized boolean beginClosing() {
        boolean first = !closed;
        closed = true;
        return first && !loading;
    }

    @Override
    public Backlog backlog() {
        return batcher.backlog();
    }

    @Override
    public List<NodeStatus.ServedModel> costs() {
        return served.values().stream().map(Served::status).toList();
    }

    @Override
    public void close() {
        boolean releases = beginClosing();
        batcher.drain();
        if (releases) {
            release();
        }
    }

    /** A model in which a prediction is stuck stays in memory: what a native call uses must not go away under it. */
    private void release() {
        tokenizers.close();
        served = Map.of();
        try {
            if (crew == null || crew.join()) {
                loaded.values().forEach(Served::close);
            } else {
                log.warn("A prediction has not come back; its models stay in memory until the process ends");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private NodeMeters meters() {
        return parts.meters().get();
    }

    private long now() {
        return parts.clocks().nanoTime().getAsLong();
    }
}
