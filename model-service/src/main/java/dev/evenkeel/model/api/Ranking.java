package dev.evenkeel.model.api;

import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.ModelInput;
import dev.evenkeel.model.inference.Rows;
import dev.evenkeel.model.inference.Task;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How well texts fit a query. A cross-encoder reads each text together with the query and gives a logit; an embedder reads
 * each by itself, and the cosine of the two vectors tells how much alike they are, which is less.
 *
 * @param scores one for each text, in the texts' order
 * @param tokens that the model read
 */
record Ranking(List<Score> scores, int tokens) {

    /**
     * Of one text.
     *
     * @param index of the text
     * @param raw the logit, any number, or the cosine, -1 to 1
     * @param score 0 to 1: the logit's sigmoid, or (1 + cosine) / 2
     */
    record Score(int index, float raw, float score) {}

    /**
     * What is asked.
     *
     * @param queryField where the query is in the body
     * @param textsField where the texts are
     */
    record Question(String query, String queryField, List<String> texts, String textsField) {}

    static Ranking of(Models models, HttpServletRequest request, ModelCard model, Question question, boolean truncate) {
        return model.task() == Task.RERANK
                ? read(models, request, model, question, truncate)
                : compared(models, request, model, question, truncate);
    }

    private static Ranking read(
            Models models, HttpServletRequest request, ModelCard model, Question question, boolean truncate) {
        List<ModelInput> pairs = question.texts.stream()
                .map(text -> (ModelInput) new ModelInput.Pair(question.query, text))
                .toList();
        Rows rows = models.run(request, model, pairs, truncate, question.textsField);
        return new Ranking(
                scores(rows.rows().size(), i -> {
                    float logit = rows.rows().get(i)[0];
                    return new Score(i, logit, Vectors.sigmoid(logit));
                }),
                rows.tokens());
    }

    private static Ranking compared(
            Models models, HttpServletRequest request, ModelCard model, Question question, boolean truncate) {
        int last = question.texts.size();
        // the query comes last, so that the texts keep their numbers
        List<ModelInput> inputs = Stream.concat(question.texts.stream(), Stream.of(question.query))
                .map(text -> (ModelInput) new ModelInput.Text(text))
                .toList();
        Rows rows = models.run(
                request,
                model,
                inputs,
                models.terms().of(request, truncate),
                i -> i == last ? question.queryField : question.textsField);
        float[] query = Vectors.normalized(rows.rows().getLast());
        return new Ranking(
                scores(last, i -> {
                    float cosine =
                            Vectors.dot(query, Vectors.normalized(rows.rows().get(i)));
                    return new Score(i, cosine, (1 + cosine) / 2);
                }),
                rows.tokens());
    }

    private static List<Score> scores(int count, IntFunction<Score> score) {
        return IntStream.range(0, count).mapToObj(score).toList();
    }

    /** The best first; of equals, the one that was given first. */
    List<Score> ranked() {
        return scores.stream()
                .sorted(Comparator.comparingDouble((Score score) -> score.raw).reversed())
                .toList();
    }
}
