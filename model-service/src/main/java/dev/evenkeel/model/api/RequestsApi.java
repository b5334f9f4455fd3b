package dev.evenkeel.model.api;

import dev.evenkeel.load.Headers;
import dev.evenkeel.model.inference.Inference;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * For gateways: a servlet is not told that its client has left, so whoever knows says so. A request is known by its
 * {@value Headers#REQUEST_ID}.
 */
@RestController
class RequestsApi {

    private final Inference inference;

    RequestsApi(Inference inference) {
        this.inference = inference;
    }

    @DeleteMapping("/internal/requests/{id}")
    ResponseEntity<Void> cancel(@PathVariable String id) {
        if (inference.cancel(id) == 0) {
            throw new Problem(Problem.Kind.UNKNOWN_PATH, null, "No request with the id '" + id + "' is inside.");
        }
        return ResponseEntity.noContent().build();
    }
}
