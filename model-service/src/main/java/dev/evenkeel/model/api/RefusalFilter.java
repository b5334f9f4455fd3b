package dev.evenkeel.model.api;

import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.InferenceException;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.http.ResponseEntity;

/**
 * Refuses what there is no room for before its body is read: an overloaded node answers more refusals than requests, and
 * what they cost is taken from the predictions.
 */
final class RefusalFilter implements Filter {

    private final Inference inference;

    /** Requests that are read, run or answered: each has a connection, a thread and a body in memory. */
    private final AtomicInteger inside = new AtomicInteger();

    RefusalFilter(Inference inference) {
        this.inference = inference;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request instanceof HttpServletRequest http
                && response instanceof HttpServletResponse answer
                && http.getMethod().equals("POST")) {
            try {
                enter(http, answer, chain, inside.incrementAndGet());
            } finally {
                Turns.end(request);
                inside.decrementAndGet();
            }
        } else {
            chain.doFilter(request, response);
        }
    }

    private void enter(HttpServletRequest request, HttpServletResponse response, FilterChain chain, int inside)
            throws ServletException, IOException {
        Optional<InferenceException> refusal = inference.refusal(inside);
        if (refusal.isPresent()) {
            refuse(request, response, refusal.get());
        } else {
            chain.doFilter(request, response);
        }
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, InferenceException why)
            throws IOException {
        ResponseEntity<byte[]> answer =
                Answers.problem(ErrorShapes.of(request.getRequestURI()), Problem.of(why, _ -> "inputs"));
        byte[] body = answer.getBody() == null ? new byte[0] : answer.getBody();
        response.setStatus(answer.getStatusCode().value());
        answer.getHeaders().forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
