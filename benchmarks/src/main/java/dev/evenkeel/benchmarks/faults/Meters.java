package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.fleet.Fleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway's meters. */
final class Meters {

    private Meters() {}

    /** The sum over all tags; not a number where there is no such meter. */
    static double sum(Fleet.Gateway gateway, String name) throws IOException, InterruptedException {
        URI meters = URI.create("http://localhost:" + gateway.management() + "/actuator/prometheus");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return sum(
                    http.send(HttpRequest.newBuilder(meters).build(), HttpResponse.BodyHandlers.ofString())
                            .body(),
                    name);
        }
    }

    static double sum(String text, String name) {
        Matcher meter = Pattern.compile("(?m)^" + Pattern.quote(name) + "(?:\\{[^}]*})? (\\S+)$")
                .matcher(text);
        double sum = 0;
        boolean any = false;
        while (meter.find()) {
            sum += Double.parseDouble(meter.group(1));
            any = true;
        }
        return any ? sum : Double.NaN;
    }
}
