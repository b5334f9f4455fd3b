package dev.evenkeel.benchmarks.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightsServerTest {

    private static final byte[] ZIP = new byte[1_000_000];

    static {
        new Random(1).nextBytes(ZIP);
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private WeightsServer server;

    @BeforeEach
    void start() throws IOException {
        server = new WeightsServer(ZIP);
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    @Test
    void aWholeDownloadIsCountedOnce() throws Exception {
        assertThat(get("").body()).isEqualTo(ZIP);
        assertThat(server.downloads()).isOne();
        assertThat(server.zipsSent()).isEqualTo(1.0);
    }

    @Test
    void aCutDownloadBreaksInTheMiddleAndTheNextOneGoesOnFromThere() throws Exception {
        server.cutNext(1);

        assertThatThrownBy(() -> get("")).isInstanceOf(IOException.class);
        assertThat(server.zipsSent()).isBetween(0.49, 0.51);

        HttpResponse<byte[]> rest = get("bytes=500000-");
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(ZIP, 500_000, ZIP.length));
    }

    private HttpResponse<byte[]> get(String range) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url()));
        if (!range.isEmpty()) {
            request.header("Range", range);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
