package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.NodeState;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Requests that nodes hang or die of, on real sockets and with the timers that ship. */
class PoisonTest extends GatewayFixture {

    @BeforeEach
    void fourNodes() {
        for (String name : List.of("a", "b", "c", "d")) {
            addNode(name + "-" + System.identityHashCode(this));
        }
    }

    @Test
    void whatTwoNodesHungOfIsRefusedAndAllOthersAreAnswered() throws Exception {
        String poison = body("hangs");
        started.forEach(node -> node.behaviour = (request, response) -> {
            if (node.received.stream().anyMatch(each -> each.body().equals(poison))) {
                node.state = NodeState.STALLED;
                return Mono.never();
            }
            return node.answer(request, response);
        });
        CompletableFuture<HttpResponse<String>> first = sendAsync(poison);
        await("it is somewhere", () -> hit(poison) > 0);
        List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            others.add(sendAsync(body("harmless " + i)));
        }
        assertRefused(first.get());
        for (CompletableFuture<HttpResponse<String>> other : others) {
            assertThat(other.get().statusCode()).as(other.get().body()).isEqualTo(200);
        }
        for (int i = 0; i < 19; i++) {
            assertRefused(post("/v1/embeddings", poison));
        }
        assertThat(hit(poison)).isEqualTo(2);
        assertThat(started.stream().filter(this::ejected)).hasSize(2);
        assertThat(post("/embed", "{\"inputs\":\"x\"}").statusCode()).isNotEqualTo(422);
    }

    /** As a node does whose watchdog is quicker than the gateway's: the prediction is given up, and its request failed. */
    @Test
    void whatTwoNodesGaveUpIsSentToNoThird() throws Exception {
        String poison = body("is given up");
        started.forEach(node -> node.behaviour = (request, response) -> {
            if (node.received.getLast().body().equals(poison)) {
                node.state = NodeState.STALLED;
                return node.answerAs(node.id, 500, "{}", response);
            }
            return node.answer(request, response);
        });
        assertRefused(post("/v1/embeddings", poison));
        assertRefused(post("/v1/embeddings", poison));
        assertThat(hit(poison)).isEqualTo(2);
        assertThat(post("/v1/embeddings", body("harmless")).statusCode()).isEqualTo(200);
    }

    /** As a node does that has another worker: it says that it is stalled, and soon that it is not. */
    @Test
    void whatTwoNodesHungOfIsRefusedThoughTheFirstIsWellAgain() throws Exception {
        String poison = body("hangs for a while");
        AtomicInteger hangs = new AtomicInteger();
        started.forEach(node -> node.behaviour = (request, response) -> {
            if (!node.received.getLast().body().equals(poison)) {
                return node.answer(request, response);
            }
            if (hangs.incrementAndGet() == 1) {
                node.state = NodeState.STALLED;
                Mono.delay(Duration.ofSeconds(2)).subscribe(_ -> node.state = NodeState.UP);
            } else {
                Mono.delay(Duration.ofSeconds(3)).subscribe(_ -> node.state = NodeState.STALLED);
            }
            return Mono.never();
        });
        assertRefused(post("/v1/embeddings", poison));
        assertRefused(post("/v1/embeddings", poison));
        assertThat(hit(poison)).isEqualTo(2);
    }

    /** A node whose CPU is used up by it cannot even say so. */
    @Test
    void whatTwoNodesFellSilentOfIsRefusedOnceTheyHaveBeenSilentForAWhileAndItsCopiesWaitForThat() throws Exception {
        String poison = body("silences");
        started.forEach(node -> node.behaviour = (request, response) -> {
            if (node.received.getLast().body().equals(poison)) {
                node.freeze();
            }
            return node.answer(request, response);
        });
        CompletableFuture<HttpResponse<String>> first = sendAsync(poison);
        await(
                "it was on two",
                () -> hit(poison) == 2 && started.stream().filter(this::ejected).count() == 2);
        CompletableFuture<HttpResponse<String>> copy = sendAsync(poison);
        assertRefused(first.get());
        assertRefused(copy.get());
        assertThat(hit(poison)).isEqualTo(2);
    }

    /** As on a machine that is short of CPU: one node after the other seems to stall, and goes on. */
    @Test
    void whatTwoNodesWereOnlySlowWithIsAnswered() throws Exception {
        String innocent = body("slow");
        started.forEach(node -> node.behaviour = (request, response) -> {
            if (node.received.getLast().body().equals(innocent)) {
                node.freeze();
            }
            return node.answer(request, response);
        });
        CompletableFuture<HttpResponse<String>> first = sendAsync(innocent);
        await(
                "it was on two",
                () -> hit(innocent) == 2
                        && started.stream().filter(this::ejected).count() == 2);
        started.forEach(node -> {
            node.behaviour = node::answer;
            node.thaw();
        });
        assertThat(first.get().statusCode()).as(first.get().body()).isEqualTo(200);
        assertThat(post("/v1/embeddings", innocent).statusCode()).isEqualTo(200);
    }

    /** Its process is killed by what is in it: a crash in native code, or by the kernel for want of memory. */
    @Test
    void whatTwoNodesDiedOfIsRefusedAndWhoWasThereWithItIsNot() throws Exception {
        String poison = body("kills");
        started.forEach(node -> node.behaviour = (request, response) -> {
            boolean isPoison = node.received.getLast().body().equals(poison);
            if (isPoison) {
                Thread.ofPlatform().start(node::close);
            }
            return isPoison || node.received.size() > 4
                    ? Mono.never()
                    : Mono.delay(Duration.ofMillis(300))
                            .then(Mono.defer(() -> Mono.from(node.answer(request, response))));
        });
        List<CompletableFuture<HttpResponse<String>>> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            others.add(sendAsync(body("beside it " + i)));
        }
        await("they are inside", () -> received().size() == 8);
        assertRefused(post("/v1/embeddings", poison));
        started.forEach(node -> node.behaviour = node::answer);
        for (CompletableFuture<HttpResponse<String>> other : others) {
            assertThat(other.get().statusCode()).as(other.get().body()).isEqualTo(200);
        }
        assertThat(hit(poison)).isEqualTo(2);
    }

    /** A machine or a rack goes: who is on one of its nodes and is rescued to another has killed neither. */
    @Test
    void whoWasOnTwoOfThreeNodesThatDiedAtOnceIsAnswered() throws Exception {
        String innocent = body("is there");
        AtomicInteger taken = new AtomicInteger();
        started.forEach(node -> node.behaviour = (request, response) -> {
            boolean isIt = node.received.getLast().body().equals(innocent);
            if (isIt && taken.incrementAndGet() <= 2) {
                Thread.ofPlatform().start(() -> {
                    node.close();
                    if (taken.get() == 2) {
                        lastOfTheUntouched(innocent).close();
                    }
                });
                return Mono.never();
            }
            return node.answer(request, response);
        });
        HttpResponse<String> answer = post("/v1/embeddings", innocent);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(hit(innocent)).isEqualTo(3);
        assertThat(post("/v1/embeddings", innocent).statusCode()).isEqualTo(200);
    }

    /** Nobody is left to try anybody on: there is nothing to wait for, neither for who was inside nor for copies. */
    @Test
    void whenAllNodesDieCopiesOfWhatWasInsideAreToldAtOnce() throws Exception {
        started.forEach(node -> node.behaviour = (_, _) -> Mono.never());
        List<CompletableFuture<HttpResponse<String>>> inside = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            inside.add(sendAsync(body("inside " + i)));
        }
        await("they are inside", () -> received().size() == 40);
        started.forEach(ScriptedNode::close);
        for (CompletableFuture<HttpResponse<String>> each : inside) {
            assertThat(each.get().statusCode()).as(each.get().body()).isEqualTo(503);
        }
        for (int i = 0; i < 40; i++) {
            long start = System.nanoTime();
            assertThat(post("/v1/embeddings", body("inside " + i)).statusCode()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
        }
    }

    private ScriptedNode lastOfTheUntouched(String body) {
        return started.stream()
                .filter(node ->
                        node.received.stream().noneMatch(each -> each.body().equals(body)))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body())
                .contains("this request was on two nodes that stalled or died of it; it is refused for 60 s")
                .contains("\"type\":\"invalid_request_error\"");
    }

    private long hit(String body) {
        return received().stream().filter(each -> each.body().equals(body)).count();
    }

    private CompletableFuture<HttpResponse<String>> sendAsync(String body) {
        return HTTP.sendAsync(request("/v1/embeddings", body).build(), BodyHandlers.ofString());
    }

    /** One of this test alone. */
    private String body(String text) {
        return "{\"model\":\"embedder\",\"input\":\"" + text + " " + System.identityHashCode(this) + "\"}";
    }
}
