package dev.evenkeel.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlsTest {

    @ParameterizedTest
    @CsvSource({
        "https://a/, https://b/, true",
        "http://a/, https://a/, true",
        "http://a/, http://b/, true",
        "https://a/, http://a/, false",
        "http://a/, file:/etc/passwd, false",
        "https://a/, file:/etc/passwd, false"
    })
    void httpsIsNotGivenUp(URI from, URI to, boolean followed) {
        assertThat(Urls.mayFollow(from, to)).isEqualTo(followed);
    }

    @Test
    void whatIsSecretIsNotShown() {
        assertThat(Urls.shown(URI.create("https://user:pa%40ss@host:8443/a%20b.zip?Signature=secret")))
                .isEqualTo("https://host:8443/a%20b.zip?...");
        assertThat(Urls.shown(URI.create("classpath:/models/m/"))).isEqualTo("classpath:/models/m/");
    }
}
