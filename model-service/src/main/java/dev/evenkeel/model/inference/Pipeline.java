package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.batcher.BatchQueue;
import dev.evenkeel.batcher.Batcher;
import dev.evenkeel.batcher.Input;
import dev.evenkeel.batcher.Lane;
import dev.evenkeel.batcher.Offer;
import dev.evenkeel.batcher.Ticket;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.model.inference.PendingRequest.Slot;
import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.Engine;
import dev.evenkeel.model.predict.LoadedModel;
import dev.evenkeel.model.predict.OutputSettings;
import dev.evenkeel.model.report.Cost;
import dev.evenkeel.model.report.LearnedCost;
import dev.evenkeel.model.report.NodeMeters;
import dev.evenkeel.model.report.WorkRate;
import dev.evenkeel.model.tokenize.TextTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The node's path, read from {@link #run} downwards. */
final class Pipeline implements Inference {

    /** Inputs that one turn of a tokenizer thread takes: some 2 ms of it, so that a long request lets others through. */
    private static final int TOKENIZED_AT_ONCE = 32;

    private static final int REHEARSALS = 200;

    /** A heavy model has had enough by then. */
    private static final long REHEARSAL_NANOS = 500_000_000;

    private static final String SAMPLE = "The quick brown fox jumps over the lazy dog near the bank of the river.";

    /** A model that was configured, and its config.json. */
    private record Known(ModelSettings settings, ModelConfig config, ModelCard card) {}

    private final List<Known> known;
    private final Supplier<Engine> engine;
    private final int workers;
    private final long maxQueueWork;
    private final Clocks clocks;
    private final WorkRate rate;
    private final Supplier<NodeMeters> meters;
    private final Batcher<Slot> batcher;
    private final ExecutorService tokenizers;
    /** These two belong to the loading while it lasts, and then to whoever releases. */
    private final Map<String, Served> loaded = new LinkedHashMap<>();

    private final List<Thread> threads = new ArrayList<>();
    private boolean loading;
    private volatile boolean closed;
    private volatile List<ModelCard> cards;
    private volatile Map<String, Served> served = Map.of();

    private Pipeline(
            List<Known> known,
            Supplier<Engine> engine,
            int workers,
            long maxQueueWork,
            Clocks clocks,
            WorkRate rate,
            Supplier<NodeMeters> meters) {
        this.known = known;
        this.cards = known.stream().map(Known::card).toList();
        this.engine = engine;
        this.workers = workers;
        this.maxQueueWork = maxQueueWork;
        this.clocks = clocks;
        this.rate = rate;
        this.meters = meters;
        this.batcher = Batcher.over(BatchQueue.takingTurns(maxQueueWork));
        // platform threads: the calls are native and would pin a virtual one
        this.tokenizers = Executors.newFixedThreadPool(
                workers, Thread.ofPlatform().daemon().name("tokenize-", 0).factory());
    }

    static Pipeline of(
            List<ModelSettings> models,
            Supplier<Engine> engine,
            int workers,
            long maxQueueWork,
            Clocks clocks,
            WorkRate rate,
            Supplier<NodeMeters> meters)
            throws IOException {
        List<Known> known = new ArrayList<>();
        for (ModelSettings settings : models) {
            ModelConfig config =
                    ModelConfig.read(settings.name(), settings.folder().resolve("config.json"));
            if (settings.task() == Task.CLASSIFICATION && config.labels().isEmpty()) {
                throw new IOException("model " + settings.name() + " classifies, but its config.json has no id2label");
            }
            if (settings.maxTokens().orElse(0) > config.maxPositions()) {
                throw new IOException("model " + settings.name() + ": max-tokens is "
                        + settings.maxTokens().getAsInt() + "; the model takes at most " + config.maxPositions());
            }
            known.add(new Known(settings, config, card(settings, config)));
        }
        return new Pipeline(List.copyOf(known), engine, workers, maxQueueWork, clocks, rate, meters);
    }

    private static ModelCard card(ModelSettings settings, ModelConfig config) {
        boolean classifies = settings.task() == Task.CLASSIFICATION;
        return new ModelCard(
                settings.name(),
                settings.version(),
                settings.aliases(),
                settings.task(),
                settings.maxTokens().orElse(config.maxPositions()),
                classifies ? config.labels().size() : config.hiddenSize(),
                classifies ? config.labels() : List.of());
    }

    @Override
    public List<ModelCard> models() {
        return cards;
    }

    @Override
    public Rows run(ModelCard card, List<ModelInput> inputs, boolean truncate) {
        Served model = served.get(card.name());
        // a card of before the loading may not know its width yet
        if (model == null || model.card().width() != card.width()) {
            throw new InferenceException.Unavailable("The node is warming up.");
        }
        refuseIfFull();
        List<int[]> ids = tokenize(model, inputs, truncate);
        return new Rows(
                predict(model, ids), ids.stream().mapToInt(each -> each.length).sum());
    }

    /** Spares the tokenizers what the queue would refuse anyway. */
    private void refuseIfFull() {
        Backlog backlog = batcher.backlog();
        if (backlog.waitingInputs() > 0 && backlog.work() >= maxQueueWork) {
            throw overloaded(backlog.work() - maxQueueWork + 1);
        }
    }

    /** One piece after the other, so that requests take turns here too. */
    private List<int[]> tokenize(Served model, List<ModelInput> inputs, boolean truncate) {
        List<int[]> ids = new ArrayList<>(inputs.size());
        long bytes = 0;
        for (int start = 0; start < inputs.size(); start += TOKENIZED_AT_ONCE) {
            int from = start;
            int to = Math.min(start + TOKENIZED_AT_ONCE, inputs.size());
            ids.addAll(onTokenizerThread(() -> IntStream.range(from, to)
                    .mapToObj(i -> model.tokenize(inputs.get(i), i, truncate))
                    .toList()));
        }
        long tokens = 0;
        for (int i = 0; i < ids.size(); i++) {
            long textBytes = inputs.get(i).textBytes();
            bytes += textBytes;
            tokens += textBytes > 0 ? ids.get(i).length : 0;
        }
        model.tokenRatio().observe(tokens, bytes);
        return ids;
    }

    /** Queues the inputs and waits for their rows; whatever ends the waiting, nothing of the request stays behind. */
    private List<float[]> predict(Served model, List<int[]> ids) {
        Cost cost = model.cost().cost();
        PendingRequest request = new PendingRequest(ids.size());
        List<Input<Slot>> inputs = IntStream.range(0, ids.size())
                .mapToObj(i ->
                        new Input<>(new Slot(request, i, ids.get(i)), ids.get(i).length, cost.of(ids.get(i).length)))
                .toList();
        Ticket ticket = switch (batcher.offer(model.lane(), inputs)) {
            case Offer.Accepted(Ticket accepted) -> accepted;
            case Offer.Full(long excess) -> throw overloaded(excess);
            case Offer.Closed() -> throw new InferenceException.Unavailable("The node is shutting down.");
        };
        try {
            return request.answer().get();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            batcher.cancel(ticket);
        }
    }

    private InferenceException overloaded(long excess) {
        return new InferenceException.Overloaded(Math.max(1, (long) Math.ceil(excess / rate.perSecond() * 1e3)));
    }

    private <T> T onTokenizerThread(Callable<T> task) {
        try {
            return tokenizers.submit(task).get();
        } catch (RejectedExecutionException e) {
            throw new InferenceException.Unavailable("The node is shutting down.");
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
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

    @Override
    public void load() throws IOException {
        synchronized (this) {
            refuseIfClosed();
            loading = true;
        }
        try {
            Engine loader = engine.get();
            Warmup warmup = new Warmup(clocks);
            for (Known model : known) {
                refuseIfClosed();
                loaded.put(model.card.name(), load(model, loader, warmup));
            }
            for (int i = 0; i < workers; i++) {
                refuseIfClosed();
                start("predict-" + i, warmup);
            }
            cards = loaded.values().stream().map(Served::card).toList();
            served = Collections.unmodifiableMap(loaded);
            rehearse();
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

    /** Requests from end to end, so that the first one from outside is not the one that finds everything cold. */
    private void rehearse() {
        long start = clocks.nanoTime().getAsLong();
        for (int i = 0; i < REHEARSALS && clocks.nanoTime().getAsLong() - start < REHEARSAL_NANOS; i++) {
            for (ModelCard model : models()) {
                run(model, List.of(new ModelInput.Text(SAMPLE), new ModelInput.Text("rehearsal " + i)), true);
            }
        }
    }

    private Served load(Known known, Engine loader, Warmup warmup) throws IOException {
        ModelCard declared = known.card;
        Path folder = known.settings.folder();
        TextTokenizer tokenizer = TextTokenizer.load(folder.resolve("tokenizer.json"), declared.maxTokens());
        LoadedModel model = loader.load(declared.name(), folder, OutputSettings.AUTO);
        Warmup.Measured measured;
        try (BatchPredictor predictor = model.newPredictor()) {
            measured = warmup.measure(predictor, declared.maxTokens());
        }
        ModelCard card = declared.withWidth(checkedWidth(declared, measured.width()));
        rate.restart(measured.cpuShare() * workers * 1e6);
        int maxBatch = known.settings.maxBatch();
        return new Served(
                card,
                known.config.vocabulary(),
                new Lane(
                        card.name(),
                        maxBatch,
                        known.settings.maxBatchTokens().orElse(Math.multiplyExact(maxBatch, card.maxTokens()))),
                tokenizer,
                model,
                new LearnedCost(measured.cost()),
                new TokenRatio((double) tokenizer.encode(SAMPLE, null, true).ids().length / SAMPLE.length()));
    }

    /** What the model gives must be what its config.json says, for the answers are cut and labelled by that. */
    private static int checkedWidth(ModelCard declared, int found) throws IOException {
        if (declared.width() != -1 && declared.width() != found) {
            String says = declared.task() == Task.CLASSIFICATION ? "labels in id2label" : "as hidden_size";
            throw new IOException("model " + declared.name() + " gives " + found + " numbers for an input, but its "
                    + "config.json has " + declared.width() + " " + says);
        }
        return found;
    }

    private void start(String name, Warmup warmup) {
        Map<String, BatchPredictor> predictors = new LinkedHashMap<>();
        loaded.forEach((model, each) -> {
            BatchPredictor predictor = each.model().newPredictor();
            warmup.measure(predictor, each.card().maxTokens());
            predictors.put(model, predictor);
        });
        Worker worker = new Worker(loaded, predictors, batcher, clocks, rate, meters.get());
        threads.add(Thread.ofPlatform().name(name).daemon().start(worker));
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

    private void release() {
        tokenizers.close();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        served = Map.of();
        loaded.values().forEach(each -> {
            each.tokenizer().close();
            each.model().close();
        });
    }
}
