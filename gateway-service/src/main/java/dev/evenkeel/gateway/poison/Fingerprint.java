package dev.evenkeel.gateway.poison;

import dev.evenkeel.gateway.flow.Flow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Requests with the same one ask the same model the same: SHA-256 of path, model and body, so that nobody can make a request
 * that has another's.
 */
record Fingerprint(String hex) {

    static Fingerprint of(Flow flow) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            // neither has a line end
            digest.update((flow.input().path() + '\n' + flow.model() + '\n').getBytes(StandardCharsets.UTF_8));
            return new Fingerprint(
                    HexFormat.of().formatHex(digest.digest(flow.input().body())));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
