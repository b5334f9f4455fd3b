package dev.evenkeel.model.api;

import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Whatever goes wrong is said in the shape of the API that was called. */
@RestControllerAdvice
class ApiErrors {

    private static final Logger log = LoggerFactory.getLogger(ApiErrors.class);

    @ExceptionHandler
    ResponseEntity<byte[]> problem(HttpServletRequest request, Problem problem) {
        return answer(request, problem);
    }

    @ExceptionHandler
    ResponseEntity<byte[]> unknownPath(HttpServletRequest request, NoResourceFoundException e) {
        return answer(
                request,
                new Problem(
                        Problem.Kind.UNKNOWN_PATH,
                        null,
                        "There is no " + request.getMethod() + " " + request.getRequestURI() + "."));
    }

    @ExceptionHandler
    ResponseEntity<byte[]> wrongMethod(HttpServletRequest request, HttpRequestMethodNotSupportedException e) {
        return answer(
                request,
                new Problem(
                        Problem.Kind.WRONG_METHOD,
                        null,
                        request.getRequestURI() + " does not take " + request.getMethod() + "."));
    }

    @ExceptionHandler
    ResponseEntity<byte[]> unexpected(HttpServletRequest request, Exception e) {
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        return answer(request, new Problem(Problem.Kind.BACKEND, null, "The node failed on this request."));
    }

    private static ResponseEntity<byte[]> answer(HttpServletRequest request, Problem problem) {
        return Answers.problem(ErrorShapes.of(request.getRequestURI()), problem);
    }
}
