package dev.evenkeel.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a file from a web server: resumes what was cut off, tries again what may pass. What is unfinished is
 * {@code <target>.part}, beside {@code <target>.version}, the validator (RFC 9110, 8.8) without which it is not resumed. The
 * caller sees to it that no other downloads to the same target.
 */
final class Download {

    /** Waits between attempts. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    private static final Logger log = LoggerFactory.getLogger(Download.class);

    /** Attempts in a row that brought nothing; with the pauses between them, a server's restart (15 s) is survived. */
    private static final int ATTEMPTS = 5;

    /** Doubled each time: 1, 2, 4 and 8 s. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LOG_EVERY = Duration.ofSeconds(5);

    /** As curl's and the JDK's clients': a chain that is longer is a circle. */
    private static final int MAX_REDIRECTS = 5;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+)");

    private final DownloadSettings settings;
    private final Sleeper sleeper;
    private final LongSupplier nanoTime;

    Download(DownloadSettings settings, Sleeper sleeper, LongSupplier nanoTime) {
        this.settings = settings;
        this.sleeper = sleeper;
        this.nanoTime = nanoTime;
    }

    /** Returns when the target is complete and on the disk; at once if it is. */
    void fetch(String model, URI url, Path target) throws IOException {
        if (!Files.exists(target)) {
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(settings.connectTimeout())
                    .build();
            try {
                new Run(client, model, url, target, nanoTime.getAsLong()).run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while " + Urls.shown(url) + " was downloaded");
            } finally {
                client.shutdownNow();
            }
        }
    }

    /** One file's download. */
    private final class Run {

        private final HttpClient client;
        private final String model;
        private final URI url;
        private final Path target;
        private final Path part;
        private final Path version;
        private final long start;
        private long lastLog;

        Run(HttpClient client, String model, URI url, Path target, long start) {
            this.client = client;
            this.model = model;
            this.url = url;
            this.target = target;
            this.part = target.resolveSibling(target.getFileName() + ".part");
            this.version = target.resolveSibling(target.getFileName() + ".version");
            this.start = start;
            this.lastLog = start;
        }

        void run() throws IOException, InterruptedException {
            int attempts = 0;
            int inVain = 0;
            while (true) {
                long before = size();
                try {
                    attempt();
                    return;
                } catch (Unfinished e) {
                    attempts++;
                    inVain = size() > before ? 0 : inVain + 1;
                    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.max(0, inVain - 1));
                    if (inVain >= ATTEMPTS || elapsed().plus(pause).compareTo(settings.within()) > 0) {
                        throw new WeightsException(
                                "model " + model + ": " + Urls.shown(url) + " could not be downloaded: "
                                        + e.getMessage() + " (attempt " + attempts + ", after "
                                        + elapsed().toSeconds() + " s)",
                                e);
                    }
                    log.info(
                            "Model {}: {} is tried again in {} s: {}",
                            model,
                            Urls.shown(url),
                            pause.toSeconds(),
                            e.getMessage());
                    sleeper.sleep(pause);
                }
            }
        }

        private void attempt() throws IOException, InterruptedException {
            Optional<String> validator = validator();
            long have = validator.isPresent() ? size() : 0;
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = request(have, validator);
            try (TimedBody body = new TimedBody(response.body(), settings.readTimeout())) {
                int status = response.statusCode();
                HttpHeaders headers = response.headers();
                if (status == 206) {
                    long total = resumed(headers, have, validator);
                    receive(body, have, total);
                } else if (status == 200) {
                    forget();
                    Optional<String> now = validatorOf(headers);
                    if (now.isPresent()) {
                        Files.writeString(version, now.get());
                    }
                    receive(body, 0, headers.firstValueAsLong("Content-Length").orElse(-1));
                } else if (status == 416) {
                    forget();
                    throw new Unfinished("the server has no such rest of the file", null);
                } else if (status >= 500 || status == 408 || status == 429) {
                    throw new Unfinished("the server answered " + status, null);
                } else {
                    throw new WeightsException.Status(
                            "model " + model + ": " + Urls.shown(url) + " could not be downloaded: the server answered "
                                    + status,
                            status);
                }
            }
        }

        private HttpResponse<Flow.Publisher<List<ByteBuffer>>> request(long have, Optional<String> validator)
                throws IOException, InterruptedException {
            URI at = url;
            @Nullable String userInfo = url.getUserInfo();
            for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(Urls.withoutUserInfo(at)).timeout(settings.readTimeout());
                if (userInfo != null && Urls.sameOrigin(at, url)) {
                    request.header(
                            "Authorization",
                            "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8)));
                }
                if (have > 0) {
                    request.header("Range", "bytes=" + have + "-").header("If-Range", validator.orElseThrow());
                }
                HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(request.build());
                Optional<String> location = response.headers().firstValue("Location");
                if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                    return response;
                }
                new TimedBody(response.body(), settings.readTimeout()).close();
                at = redirected(at, location.get());
            }
            throw new WeightsException("model " + model + ": " + Urls.shown(url) + " was redirected more than "
                    + MAX_REDIRECTS + " times");
        }

        private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(HttpRequest request)
                throws IOException, InterruptedException {
            try {
                return client.send(request, HttpResponse.BodyHandlers.ofPublisher());
            } catch (HttpConnectTimeoutException e) {
                throw new Unfinished(
                        "no connection within " + settings.connectTimeout().toSeconds() + " s", e);
            } catch (HttpTimeoutException e) {
                throw new Unfinished(
                        "no answer within " + settings.readTimeout().toSeconds() + " s", e);
            } catch (ConnectException e) {
                throw new Unfinished("no connection: the name is unknown, or nothing listens there", e);
            } catch (IOException e) {
                throw new Unfinished(Cache.reason(e), e);
            }
        }

        private URI redirected(URI from, String location) throws IOException {
            URI to;
            try {
                to = from.resolve(location);
            } catch (IllegalArgumentException e) {
                throw new WeightsException(
                        "model " + model + ": " + Urls.shown(url) + " was redirected to no address", e);
            }
            if (!Urls.mayFollow(from, to)) {
                throw new WeightsException(
                        "model " + model + ": the redirect of " + Urls.shown(url) + " to " + Urls.shown(to)
                                + " is not followed, because only http and https are, and https is not given up");
            }
            return to;
        }

        /** The whole file's length. */
        private long resumed(HttpHeaders headers, long have, Optional<String> validator) throws IOException {
            Matcher range =
                    CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
            Optional<String> now = validatorOf(headers);
            if (!range.matches()
                    || Long.parseLong(range.group(1)) != have
                    || (now.isPresent() && !now.equals(validator))) {
                forget();
                throw new Unfinished("the server answered with a part that was not asked for", null);
            }
            log.info("Model {}: resuming {} at {} MB", model, Urls.shown(url), have / 1_000_000);
            return Long.parseLong(range.group(2));
        }

        /** @param total the file's length, or -1 */
        private void receive(TimedBody body, long have, long total) throws IOException, InterruptedException {
            long size = have;
            try (FileChannel file = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                for (List<ByteBuffer> piece = next(body, size, total);
                        !piece.isEmpty();
                        piece = next(body, size, total)) {
                    for (ByteBuffer buffer : piece) {
                        while (buffer.hasRemaining()) {
                            size += file.write(buffer);
                        }
                    }
                    progress(size, total);
                }
                file.force(true);
            }
            if (total >= 0 && size != total) {
                if (size > total) {
                    forget();
                }
                throw new Unfinished(size + " bytes came and not " + total, null);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(version);
        }

        private List<ByteBuffer> next(TimedBody body, long size, long total) throws IOException, InterruptedException {
            if (elapsed().compareTo(settings.within()) > 0) {
                throw new WeightsException("model " + model + ": " + Urls.shown(url) + " took longer than "
                        + settings.within().toSeconds() + " s; the " + size
                        + " bytes that came are kept for a next start");
            }
            try {
                return body.next();
            } catch (HttpTimeoutException | EOFException e) {
                throw new Unfinished(
                        e.getMessage() + " after " + size + (total < 0 ? "" : " of " + total) + " bytes", e);
            }
        }

        private void progress(long size, long total) {
            long now = nanoTime.getAsLong();
            if (now - lastLog >= LOG_EVERY.toNanos()) {
                lastLog = now;
                log.info(
                        "Model {}: {} of {} MB from {}",
                        model,
                        size / 1_000_000,
                        total < 0 ? "?" : total / 1_000_000,
                        Urls.shown(url));
            }
        }

        /** Without one, what is there cannot be told from the beginning of another file. */
        private Optional<String> validator() throws IOException {
            return size() > 0 && Files.exists(version) ? Optional.of(Files.readString(version)) : Optional.empty();
        }

        private void forget() throws IOException {
            Files.deleteIfExists(part);
            Files.deleteIfExists(version);
        }

        private long size() throws IOException {
            return Files.exists(part) ? Files.size(part) : 0;
        }

        private Duration elapsed() {
            return Duration.ofNanos(nanoTime.getAsLong() - start);
        }
    }

    /** A weak ETag says that two files mean the same, not that their bytes are the same. */
    private static Optional<String> validatorOf(HttpHeaders headers) {
        return headers.firstValue("ETag")
                .filter(tag -> tag.startsWith("\""))
                .or(() -> headers.firstValue("Last-Modified"));
    }

    /** May pass: worth another attempt. */
    private static final class Unfinished extends IOException {

        private static final long serialVersionUID = 1;

        Unfinished(String why, @Nullable Throwable cause) {
            super(why, cause);
        }
    }
}
