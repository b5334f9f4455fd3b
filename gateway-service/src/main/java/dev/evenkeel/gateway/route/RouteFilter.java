package dev.evenkeel.gateway.route;

import dev.evenkeel.gateway.flow.Api;
import dev.evenkeel.gateway.flow.ApiException;
import dev.evenkeel.gateway.flow.Flow;
import dev.evenkeel.gateway.flow.RequestIds;
import dev.evenkeel.gateway.flow.Terms;
import dev.evenkeel.gateway.node.Catalog;
import dev.evenkeel.load.Headers;
import dev.evenkeel.load.NodeStatus.ServedModel;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * Reads the body once, counting its bytes, and finds the model that is meant: from the path, from the body's
 * {@code model}, or, for APIs that name none, from the header or by default. The body is kept on the heap, so that it
 * can be sent again and there is no buffer to release.
 */
public final class RouteFilter implements GlobalFilter {

    private static final Pattern MODEL_PATH = Pattern.compile("/v2/models/([^/]+?)(?:/versions/([^/]+))?(/.*)?");

    /** Which kinds of model answer a path that names none, the first of them that there is; as nodes decide it. */
    private static final Map<String, List<String>> TASKS_OF_PATH = Map.of(
            "/embed", List.of("embedding"),
            "/predict", List.of("classification"),
            "/rerank", List.of("rerank", "embedding"),
            "/v1/rerank", List.of("rerank", "embedding"),
            "/v2/rerank", List.of("rerank", "embedding"),
            "/similarity", List.of("embedding"),
            "/tokenize", List.of("embedding", "classification", "rerank"),
            "/info", List.of("embedding", "classification", "rerank"));

    /** What any node tells. */
    private static final Pattern ANY_NODE = Pattern.compile("/v2/models/stats|/v3/api-docs.*|/swagger-ui.*");

    /** Triton's: how much of the body is JSON, when tensors follow in bytes. */
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private static final byte[] NO_BODY = {};

    /** A body of so many bytes is in the socket's buffers before anybody could refuse it: its connection can as well be kept. */
    private static final long IN_FLIGHT = 64 << 10;

    private final Catalog catalog;
    private final VersionWeights versions;
    private final Map<String, String> defaultModels;
    private final DataSize maxBody;
    private final BodyBudget bodies;
    private final Supplier<Optional<Duration>> fleetFull;
    private final TermsReader terms;
    private final LongSupplier nanoTime;

    /**
     * How long requests may take.
     *
     * @param byDefault those that do not say, above 0
     * @param longest any, &gt;= {@code byDefault}
     */
    public record Deadlines(Duration byDefault, Duration longest) {}

    /**
     * The stage.
     *
     * @param versions which share of a model's requests goes to which of its versions
     * @param defaultModels the model for requests that name none, by task
     * @param maxBody a longer body is refused
     * @param maxBodies and one that would make all that are inside longer than this
     * @param fleetFull when there will be room, if no node has any for whatever it is: a long body is not read then
     */
    public RouteFilter(
            Catalog catalog,
            VersionWeights versions,
            Map<String, String> defaultModels,
            DataSize maxBody,
            DataSize maxBodies,
            Supplier<Optional<Duration>> fleetFull,
            Deadlines deadlines,
            RequestIds ids,
            LongSupplier nanoTime) {
        this.catalog = catalog;
        this.versions = versions;
        this.fleetFull = fleetFull;
        this.terms = new TermsReader(deadlines, ids);
        this.defaultModels = Map.copyOf(defaultModels);
        this.maxBody = maxBody;
        this.bodies = new BodyBudget(maxBodies.toBytes());
        this.nanoTime = nanoTime;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        long arrivedAt = nanoTime.getAsLong();
        ServerHttpRequest request = exchange.getRequest();
        String path = request.getPath().pathWithinApplication().value();
        String id = terms.idFor(request.getHeaders());
        exchange.getResponse().getHeaders().set(Headers.REQUEST_ID, id);
        Terms asked = terms.read(Api.of(path), request.getHeaders(), id, arrivedAt);
        BodyBudget.Share share = bodies.share();
        return Mono.defer(() -> read(exchange, share))
                .flatMap(body -> {
                    Flow flow = flowOf(request, path, body, asked);
                    flow.holdsWith(share::take);
                    flow.attachTo(exchange);
                    return chain.filter(exchange.mutate()
                            .request(new KeptRequest(request, body))
                            .build());
                })
                .doFinally(_ -> share.end());
    }

    /** A declared length is looked at before anything is read, and one that is not declared as it comes. */
    private Mono<byte[]> read(ServerWebExchange exchange, BodyBudget.Share share) {
        ServerHttpRequest request = exchange.getRequest();
        long declared = Math.max(0, request.getHeaders().getContentLength());
        if (declared > maxBody.toBytes()) {
            return Mono.error(unread(exchange, tooLong()));
        }
        if (!share.take(declared)) {
            return Mono.error(unread(exchange, tooMuch()));
        }
        Optional<Duration> full = declared > IN_FLIGHT ? fleetFull.get() : Optional.empty();
        if (full.isPresent()) {
            return Mono.error(unread(exchange, fleetIsFull(full.get())));
        }
        Flux<DataBuffer> body = declared > 0
                ? request.getBody()
                : request.getBody().doOnNext(buffer -> {
                    if (!share.take(buffer.readableByteCount())) {
                        DataBufferUtils.release(buffer);
                        throw unread(exchange, tooMuch());
                    }
                });
        return DataBufferUtils.join(body, Math.toIntExact(maxBody.toBytes()))
                .onErrorMap(DataBufferLimitException.class, _ -> unread(exchange, tooLong()))
                .map(RouteFilter::bytesOf)
                .defaultIfEmpty(NO_BODY);
    }

    /** The connection is of no use any more: what is left of the body is still to come. */
    private static ApiException unread(ServerWebExchange exchange, ApiException why) {
        exchange.getResponse().getHeaders().setConnection("close");
        return why;
    }

    private Flow flowOf(ServerHttpRequest request, String path, byte[] body, Terms asked) {
        Api api = Api.of(path);
        BodyScan scan = scan(api, body, request.getHeaders().getFirst(JSON_LENGTH));
        String name = modelName(api, path, request, scan);
        ServedModel any = catalog.find(name).orElseThrow(() -> unknown(name));
        Optional<String> pinned = versionInPath(any.name(), path);
        List<String> meant = pinned.map(List::of).orElseGet(() -> versions.draw(any.name()));
        // it costs what the version's own nodes say, once one has been heard
        ServedModel model = meant.stream()
                .findFirst()
                .flatMap(version -> catalog.find(any.name(), version))
                .orElse(any);
        List<String> variants = meant.isEmpty()
                ? List.of(any.name())
                : meant.stream()
                        .map(version -> Catalog.versioned(any.name(), version))
                        .toList();
        Duration inBody = Duration.of(scan.timeoutMicros(), ChronoUnit.MICROS);
        Terms terms = inBody.isPositive() ? asked.within(inBody) : asked;
        return new Flow(new Flow.Model(any.name(), variants), scan.work(model), terms, new Flow.Input(path, body));
    }

    /** The version that the client insists on. */
    private Optional<String> versionInPath(String name, String path) {
        Matcher inPath = MODEL_PATH.matcher(path);
        Optional<String> asked = inPath.matches() ? Optional.ofNullable(inPath.group(2)) : Optional.empty();
        asked.ifPresent(version -> {
            SortedSet<String> known = catalog.versionsOf(name);
            if (!known.contains(version)) {
                throw new ApiException(
                        HttpStatus.NOT_FOUND,
                        "there is no version '" + version + "' of the model '" + name + "'; there are: "
                                + String.join(", ", known));
            }
        });
        return asked;
    }

    /** What the client gives it; what is no such number is the node's to refuse. */
    private ApiException unknown(String name) {
        List<ServedModel> known = catalog.all();
        // a gateway that has not heard of any node does not know that there is no such model
        return known.isEmpty()
                ? new ApiException(
                        HttpStatus.SERVICE_UNAVAILABLE, "no node has been heard from yet", Duration.ofSeconds(1))
                : new ApiException(
                        HttpStatus.NOT_FOUND, "there is no model '" + name + "'; there are: " + names(known));
    }

    private static BodyScan scan(Api api, byte[] body, @Nullable String jsonLength) {
        if (body.length == 0) {
            return BodyScan.EMPTY;
        }
        int length = api == Api.OPEN_INFERENCE && jsonLength != null ? lengthOf(jsonLength, body.length) : body.length;
        try {
            return BodyScan.of(body, length);
        } catch (JacksonException e) {
            HttpStatus status = api == Api.TEI ? HttpStatus.UNPROCESSABLE_CONTENT : HttpStatus.BAD_REQUEST;
            throw new ApiException(status, "the body is not JSON: " + e.getOriginalMessage());
        }
    }

    private static int lengthOf(String given, int most) {
        try {
            int length = Integer.parseInt(given.strip());
            if (length >= 0 && length <= most) {
                return length;
            }
        } catch (NumberFormatException _) {
            // said below, as for a number that is none of a length
        }
        throw new ApiException(
                HttpStatus.BAD_REQUEST,
                "the header " + JSON_LENGTH + " is '" + given
                        + "'; it must be the length of the JSON, at most the body's " + most + " bytes");
    }

    private String modelName(Api api, String path, ServerHttpRequest request, BodyScan scan) {
        if (ANY_NODE.matcher(path).matches()) {
            return catalog.all().stream().findFirst().map(ServedModel::name).orElse("");
        }
        Matcher inPath = MODEL_PATH.matcher(path);
        if (inPath.matches()) {
            return inPath.group(1);
        }
        if (api == Api.OPENAI) {
            return scan.model()
                    .orElseThrow(() -> new ApiException(
                            HttpStatus.BAD_REQUEST,
                            "'model' is missing; it must be the name of a model, such as " + names(catalog.all())));
        }
        return (api == Api.RERANK ? scan.model() : Optional.<String>empty())
                .or(() -> Optional.ofNullable(request.getHeaders().getFirst(Headers.MODEL)))
                .orElseGet(() -> defaultFor(api, TASKS_OF_PATH.getOrDefault(path, List.of())));
    }

    /** The configured one, else the only one, of the first task for which there is any. */
    private String defaultFor(Api api, List<String> tasks) {
        for (String task : tasks) {
            String configured = defaultModels.get(task);
            if (configured != null) {
                return configured;
            }
            List<ServedModel> models = catalog.all().stream()
                    .filter(model -> model.task().equals(task))
                    .toList();
            if (models.size() == 1) {
                return models.getFirst().name();
            }
            if (!models.isEmpty()) {
                throw which(api, models);
            }
        }
        throw which(api, List.of());
    }

    private static ApiException which(Api api, List<ServedModel> models) {
        HttpStatus status = api == Api.TEI ? HttpStatus.UNPROCESSABLE_CONTENT : HttpStatus.BAD_REQUEST;
        return new ApiException(status, "which model? Name one in the header " + Headers.MODEL + ": " + names(models));
    }

    private static String names(List<ServedModel> models) {
        return models.isEmpty()
                ? "none yet"
                : String.join(", ", models.stream().map(ServedModel::name).toList());
    }

    private static ApiException tooMuch() {
        return new ApiException(
                HttpStatus.TOO_MANY_REQUESTS,
                "there are so many bytes of other requests in the gateway that this one does not fit in",
                Duration.ofSeconds(1));
    }

    private static ApiException fleetIsFull(Duration retryAfter) {
        return new ApiException(
                HttpStatus.TOO_MANY_REQUESTS, "the nodes have more to do than they can finish in time", retryAfter);
    }

    private ApiException tooLong() {
        return new ApiException(
                HttpStatus.CONTENT_TOO_LARGE, "the body is longer than the limit of " + maxBody.toBytes() + " bytes");
    }

    private static byte[] bytesOf(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    /** The request with its body from memory, as often as it is asked for. */
    private static final class KeptRequest extends ServerHttpRequestDecorator {

        private final byte[] body;
        private final HttpHeaders headers;

        KeptRequest(ServerHttpRequest request, byte[] body) {
            super(request);
            this.body = body;
            this.headers = new HttpHeaders();
            this.headers.putAll(request.getHeaders());
            this.headers.remove(HttpHeaders.TRANSFER_ENCODING);
            this.headers.remove("X-Real-IP");
            this.headers.remove(Headers.LOAD);
            this.headers.headerNames().stream()
                    .filter(KeptRequest::isNotForClients)
                    .forEach(this.headers::remove);
            if (body.length > 0) {
                this.headers.setContentLength(body.length);
            }
        }

        /** What nodes and gateways tell each other is named so; what clients may say too is told by name. */
        private static boolean isNotForClients(String header) {
            return Headers.isOurs(header)
                    && !header.equalsIgnoreCase(Headers.MODEL)
                    && !header.equalsIgnoreCase(Headers.PRIORITY);
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return body.length == 0
                    ? Flux.empty()
                    : Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body)));
        }
    }
}
