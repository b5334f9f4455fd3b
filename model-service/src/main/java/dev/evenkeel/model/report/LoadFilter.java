package dev.evenkeel.model.report;

import dev.evenkeel.load.Headers;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.OrcaText;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Puts the node's instance id and a fresh report on every response, errors included, at the moment when the answer starts
 * to go out: by then the request's own work is off the books. Counts POSTs, which are what does work here; probes and lists
 * are not load.
 */
public final class LoadFilter extends OncePerRequestFilter {

    /** Request attribute: the shape of API that was called. */
    public static final String API = LoadFilter.class.getName() + ".api";

    /** Request attribute: the model that was found. */
    public static final String MODEL = LoadFilter.class.getName() + ".model";

    private final String instance;
    private final LoadReporter reporter;
    private final Supplier<NodeMeters> meters;
    private final LongSupplier nanoTime;

    public LoadFilter(String instance, LoadReporter reporter, Supplier<NodeMeters> meters, LongSupplier nanoTime) {
        this.instance = instance;
        this.reporter = reporter;
        this.meters = meters;
        this.nanoTime = nanoTime;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean counted = request.getMethod().equals("POST");
        Stamped stamped = new Stamped(response, request, counted ? reporter.enter() : null, nanoTime.getAsLong());
        boolean answered = false;
        try {
            chain.doFilter(request, stamped);
            answered = true;
        } finally {
            if (!answered) {
                // an exception on its way out becomes a 500 further up
                stamped.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            }
            stamped.stamp(stamped.getStatus());
        }
    }

    /** Stamps the response before the first thing that may commit it. */
    private final class Stamped extends HttpServletResponseWrapper {

        private final HttpServletRequest request;
        private final LoadReporter.@Nullable Stay stay;
        private final long start;
        private boolean stamped;

        Stamped(
                HttpServletResponse response,
                HttpServletRequest request,
                LoadReporter.@Nullable Stay stay,
                long start) {
            super(response);
            this.request = request;
            this.stay = stay;
            this.start = start;
        }

        void stamp(int status) {
            if (stamped) {
                return;
            }
            stamped = true;
            if (stay != null) {
                stay.leave(NodeMeters.isFailure(status), status < 400);
            }
            LoadReport report = reporter.report();
            // what a node answers while it warms it asked itself, and no client ever waited for it
            if (stay != null && (report.state() != NodeState.WARMING || status >= 400)) {
                meters.get().request(attribute(API), attribute(MODEL), status, nanoTime.getAsLong() - start);
            }
            setHeader(Headers.INSTANCE, instance);
            setHeader(Headers.LOAD, OrcaText.encode(report));
            if (report.state() == NodeState.DRAINING) {
                // whoever keeps the connection would send its next request to a port that is about to close
                setHeader(HttpHeaders.CONNECTION, "close");
            }
        }

        private String attribute(String name) {
            return Objects.toString(request.getAttribute(name), "none");
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            stamp(getStatus());
            return super.getOutputStream();
        }

        @Override
        public PrintWriter getWriter() throws IOException {
            stamp(getStatus());
            return super.getWriter();
        }

        @Override
        public void flushBuffer() throws IOException {
            stamp(getStatus());
            super.flushBuffer();
        }

        @Override
        public void sendError(int status) throws IOException {
            stamp(status);
            super.sendError(status);
        }

        @Override
        public void sendError(int status, String message) throws IOException {
            stamp(status);
            super.sendError(status, message);
        }
    }
}
