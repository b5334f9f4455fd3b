package dev.evenkeel.batcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What like lengths are worth: one worker, a closed loop of 64 clients, a measured encoder, a virtual clock. */
class LikeLengthsTest {

    private static final int CLIENTS = 64;
    private static final int BATCHES = 5_000;
    private static final Lane LANE = new Lane("m", 8, 1_024, 12, 1);

    private record Result(double paddedToReal, double inputsPerSecond) {}

    @Test
    void batchesOfLikeLengthHaveLittlePaddingAndServeMoreThanFirstComeOnes() {
        Result alike = alike();
        Result firstCome = firstCome();
        String figures = "like lengths: %s, first come: %s".formatted(alike, firstCome);
        assertThat(alike.paddedToReal()).as(figures).isLessThanOrEqualTo(1.08);
        assertThat(alike.inputsPerSecond()).as(figures).isGreaterThan(1.1 * firstCome.inputsPerSecond());
    }

    private static Result alike() {
        Random random = new Random(1);
        BatchQueue<Integer> queue = BatchQueue.takingTurns(Long.MAX_VALUE / 2);
        for (int client = 0; client < CLIENTS; client++) {
            offer(queue, length(random), 0);
        }
        long now = 0;
        long padded = 0;
        long real = 0;
        int served = 0;
        for (int i = 0; i < BATCHES; i++) {
            Batch<Integer> batch = queue.next(now).orElseThrow();
            padded += batch.paddedTokens();
            real += batch.realTokens();
            served += batch.inputs().size();
            now += MeasuredCurve.ENCODER.nanos(batch.inputs().size(), longest(batch.inputs()));
            queue.finished(batch, now);
            for (int client = 0; client < batch.inputs().size(); client++) {
                offer(queue, length(random), now);
            }
        }
        return new Result((double) padded / real, served * 1e9 / now);
    }

    private static Result firstCome() {
        Random random = new Random(1);
        Deque<Integer> queue = new ArrayDeque<>();
        for (int client = 0; client < CLIENTS; client++) {
            queue.add(length(random));
        }
        long now = 0;
        long padded = 0;
        long real = 0;
        int served = 0;
        for (int i = 0; i < BATCHES; i++) {
            List<Integer> batch = new ArrayList<>();
            for (int longest = queue.getFirst();
                    batch.size() < LANE.maxInputs() && (long) longest * (batch.size() + 1) <= LANE.maxTokens();
                    longest = Math.max(longest, queue.getFirst())) {
                batch.add(queue.removeFirst());
            }
            int longest = batch.stream().mapToInt(Integer::intValue).max().orElseThrow();
            padded += (long) longest * batch.size();
            real += batch.stream().mapToInt(Integer::intValue).sum();
            served += batch.size();
            now += MeasuredCurve.ENCODER.nanos(batch.size(), longest);
            batch.forEach(client -> queue.add(length(random)));
        }
        return new Result((double) padded / real, served * 1e9 / now);
    }

    private static void offer(BatchQueue<Integer> queue, int tokens, long now) {
        queue.offer(Request.of(LANE, List.of(new Input<>(tokens, tokens, 1))), now);
    }

    private static int longest(List<Input<Integer>> inputs) {
        return inputs.stream().mapToInt(Input::tokens).max().orElseThrow();
    }

    private static int length(Random random) {
        return Math.clamp(Math.round(16 * Math.exp(0.6 * random.nextGaussian())), 4, 128);
    }
}
