package dev.evenkeel.gateway.fleet;

import dev.evenkeel.gateway.flow.ApiException;
import dev.evenkeel.load.NodeStatus.ServedModel;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The questions of each API that concern the fleet and no single node. */
public final class FleetRoutes {

    /** What nodes have beyond the protocol, by Triton's names. */
    private static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "model_configuration", "model_repository", "statistics", "parameters");

    private final FleetView view;
    private final String version;
    private final Instant started;
    private final BooleanSupplier leaving;

    /**
     * The routes.
     *
     * @param version the gateway's own
     * @param started what OpenAI's clients are told of a model's creation
     * @param leaving true while the gateway stops: it is not ready then
     */
    public FleetRoutes(FleetView view, String version, Instant started, BooleanSupplier leaving) {
        this.leaving = leaving;
        this.view = view;
        this.version = version;
        this.started = started;
    }

    public RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/v1/models", this::models)
                .GET("/v1/models/{model}", this::model)
                .GET("/v2", this::server)
                .POST("/v2/repository/index", this::index)
                .GET("/v2/health/live", _ -> json(health()))
                .GET("/v2/health/ready", _ -> ready())
                .GET("/health", _ -> ready())
                .build();
    }

    private Mono<ServerResponse> models(ServerRequest request) {
        List<Map<String, Object>> data =
                view.models().stream().map(this::describe).toList();
        return json(Map.of("object", "list", "data", data));
    }

    private Mono<ServerResponse> model(ServerRequest request) {
        String name = request.pathVariable("model");
        return view.models().stream()
                .filter(model -> model.name().equals(name) || model.aliases().contains(name))
                .findFirst()
                .map(model -> json(describe(model)))
                .orElseGet(
                        () -> Mono.error(new ApiException(HttpStatus.NOT_FOUND, "there is no model '" + name + "'")));
    }

    private Map<String, Object> describe(ServedModel model) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("id", model.name());
        description.put("object", "model");
        description.put("created", started.getEpochSecond());
        description.put("owned_by", "evenkeel");
        return description;
    }

    private Mono<ServerResponse> index(ServerRequest request) {
        return ServerResponse.ok()
                .bodyValue(view.models().stream()
                        .map(model -> Map.of(
                                "name", model.name(), "version", model.version(), "state", "READY", "reason", ""))
                        .toList());
    }

    private Mono<ServerResponse> server(ServerRequest request) {
        return json(Map.of("name", "evenkeel", "version", version, "extensions", EXTENSIONS));
    }

    private Map<String, Object> health() {
        return Map.of("live", true, "ready", isReady());
    }

    private boolean isReady() {
        return view.canAnswer() && !leaving.getAsBoolean();
    }

    private Mono<ServerResponse> ready() {
        return isReady()
                ? json(health())
                : ServerResponse.status(HttpStatus.SERVICE_UNAVAILABLE)
                        .header(HttpHeaders.RETRY_AFTER, "1")
                        .bodyValue(health());
    }

    private static Mono<ServerResponse> json(Map<String, Object> body) {
        return ServerResponse.ok().bodyValue(body);
    }
}
