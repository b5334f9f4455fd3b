package dev.evenkeel.gateway.flow;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Requests with the same one ask the same model the same: SHA-256 of path, model and body, so that nobody can make a request
 * that has another's.
 */
public record Fingerprint(String hex) {

    static Fingerprint of(String path, String model, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            // neither has a line end
            digest.update((path + '\n' + model + '\n').getBytes(StandardCharsets.UTF_8));
            return new Fingerprint(HexFormat.of().formatHex(digest.digest(body)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
