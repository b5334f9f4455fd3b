package dev.evenkeel.model.weights;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a model comes from.
 *
 * @param name the model's name
 * @param url one of {@code classpath:/folder/}; {@code file:/folder/}, used where it is; {@code file:/some.zip};
 *     {@code https://host/some.zip}, also {@code http:}; {@code djl://groupId/artifactId[/version][/name]} for DJL's model
 *     zoo. A zip with a single folder at its top is taken without that folder. User info becomes HTTP Basic credentials
 *     and is never logged or stored
 * @param sha256 of the zip, 64 hexadecimal digits: a zip with another is not unpacked
 */
public record ModelSource(String name, URI url, Optional<String> sha256) {

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException when the checksum is none */
    public ModelSource {
        sha256 = sha256.map(digits -> digits.toLowerCase(Locale.ROOT));
        sha256.ifPresent(digits -> {
            if (!SHA_256.matcher(digits).matches()) {
                throw new IllegalArgumentException(
                        "model " + name + ": a SHA-256 has 64 hexadecimal digits, and " + digits + " is none");
            }
        });
    }

    public static ModelSource of(String name, URI url) {
        return new ModelSource(name, url, Optional.empty());
    }

    String scheme() {
        return Objects.requireNonNullElse(url.getScheme(), "").toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return name + " from " + Urls.shown(url);
    }
}
