package dev.evenkeel.benchmarks.backend;

import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.load.Headers;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.OrcaText;
import dev.evenkeel.load.measure.Latencies;
import dev.evenkeel.load.measure.WorkRate;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node that burns the CPU that a request is worth, one after another, by the kernel's count of its one worker's CPU time:
 * what a quota or a neighbour takes is not counted, and makes it slower as it does a model. It needs a tenth of a model
 * node's memory and starts in a second, so a fleet may have more nodes than the machine has cores.
 */
public final class BurningNode implements NodeServer.Node {

    /** CPU of a text without words, us: work units. */
    public static final double COST_BASE = 2_000;

    /** CPU of each word, us. */
    public static final double COST_PER_WORD = 200;

    /** Of the texts that are sent, about. */
    private static final double WORDS_PER_BYTE = 0.18;

    /** Between two looks at the clock, which is a system call. */
    private static final int SPINS = 2_000;

    /** Between two looks at the machine, which tell the work rate what an idle node could do. */
    private static final double LOOK_SECONDS = 0.2;

    private final Voice voice;
    private final double cores;
    private final BlockingQueue<Job> queue = new LinkedBlockingQueue<>();
    private final Map<String, Job> byId = new ConcurrentHashMap<>();
    private final AtomicLong queuedWork = new AtomicLong();
    private final WorkRate workRate = new WorkRate(1);
    private final Latencies latencies = new Latencies();
    private long asked;
    private long looked = System.nanoTime();

    /**
     * A request that is inside.
     *
     * @param work us of CPU
     * @param inside how many there were when it came
     */
    private record Job(String id, long work, long since, int inside, Channel reply) {}

    private BurningNode(Voice voice, double cores) {
        this.voice = voice;
        this.cores = cores;
    }

    /** Runs until it is ended. */
    public static void run(String[] args) throws Exception {
        Options options = new Options()
                .with("model", "measuring-encoder", "what it says it serves")
                .with("name", "burning", "what it is called")
                .with("cores", "1", "what it will be granted")
                .with("port", "9199", "where it is asked for embeddings")
                .with("management", "9198", "where it is asked for its load")
                .with("registry", "http://localhost:8761/eureka/", "where it registers")
                .parse(args);
        Voice voice = new Voice(options.text("name"), options.text("model"), COST_BASE, COST_PER_WORD, WORDS_PER_BYTE);
        serve(voice, options.number("cores"), options.integer("port"), options.integer("management"));
        EurekaLease.holdUntilTheEnd(List.of(new EurekaLease(
                HttpClient.newHttpClient(),
                URI.create(options.text("registry")),
                voice.instance(),
                options.integer("port"))));
    }

    /** Serves on loopback, until the process ends, what is in no registry yet. */
    static void serve(Voice voice, double cores, int port, int management) throws InterruptedException {
        BurningNode node = new BurningNode(voice, cores);
        Thread.ofPlatform().daemon().name("worker").start(node::work);
        NodeServer server = new NodeServer();
        server.listen(port, node);
        server.listen(management, node);
    }

    @Override
    public Voice voice() {
        return voice;
    }

    @Override
    public String load() {
        long work = queuedWork.get();
        look(work == 0);
        return OrcaText.encode(new LoadReport(
                work > 0 ? 1 : 0,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                NodeState.UP,
                cores,
                0,
                Double.NaN,
                byId.size(),
                work,
                workRate.perSecond(),
                latencies.medianMillis(byId.size()),
                voice.next()));
    }

    /** Its grant is its own: what neighbours in the group take is seen by the work rate alone. */
    private synchronized void look(boolean empty) {
        long now = System.nanoTime();
        double seconds = (now - looked) / 1e9;
        if (seconds >= LOOK_SECONDS) {
            workRate.sampled(cores, cores, 0, seconds, empty);
            looked = now;
        }
    }

    @Override
    public void ask(FullHttpRequest request, Channel reply) {
        long spaces = 0;
        for (int i = request.content().readerIndex(); i < request.content().writerIndex(); i++) {
            spaces += request.content().getByte(i) == ' ' ? 1 : 0;
        }
        String id = request.headers().get(Headers.REQUEST_ID, "");
        String unique = id.isEmpty() ? "nameless-" + asked++ : id;
        Job job = new Job(
                unique, Math.round(COST_BASE + COST_PER_WORD * (spaces + 1)), System.nanoTime(), byId.size(), reply);
        byId.put(unique, job);
        queuedWork.addAndGet(job.work());
        queue.add(job);
    }

    @Override
    public void cancel(String id) {
        Job job = byId.get(id);
        if (job != null && queue.remove(job)) {
            leave(job);
        }
    }

    private void leave(Job job) {
        byId.remove(job.id(), job);
        queuedWork.addAndGet(-job.work());
    }

    private void work() {
        try {
            while (true) {
                Job job = queue.take();
                if (job.reply().isActive()) {
                    long start = System.nanoTime();
                    burn(job.work() * 1_000);
                    long end = System.nanoTime();
                    workRate.observe(job.work(), end - start);
                    latencies.add(end - job.since(), job.inside());
                }
                leave(job);
                NodeServer.embedding(job.reply(), this);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Uses so much of this thread's CPU time. */
    private static void burn(long nanos) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + nanos;
        while (threads.getCurrentThreadCpuTime() < end) {
            for (int i = 0; i < SPINS; i++) {
                Thread.onSpinWait();
            }
        }
    }
}
