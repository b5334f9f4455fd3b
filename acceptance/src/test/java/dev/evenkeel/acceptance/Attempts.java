package dev.evenkeel.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;

/** How often the gateway has sent a request to a node, from its metrics. */
final class Attempts {

    private final URI metrics;

    Attempts(URI gatewayManagement) {
        metrics = gatewayManagement.resolve("/actuator/prometheus");
    }

    /** All attempts that have ended, however they did. */
    long on(String node) throws IOException, InterruptedException {
        Pattern sample =
                Pattern.compile("evenkeel_gateway_attempts_total\\{.*node=\"" + Pattern.quote(node) + "\".*\\} (.+)");
        try (HttpClient http = HttpClient.newHttpClient()) {
            String page = http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body();
            return page.lines()
                    .map(sample::matcher)
                    .filter(matcher -> matcher.matches())
                    .mapToLong(matcher -> (long) Double.parseDouble(matcher.group(1)))
                    .sum();
        }
    }
}
