package dev.evenkeel.model.weights;

import java.net.URI;
import java.util.Objects;
import java.util.regex.Matcher;

/** Addresses without what is secret in them. */
final class Urls {

    private Urls() {}

    /** For logs and messages: without user info, and without the query, which may be a signature. */
    static String shown(URI url) {
        String address = withoutUserInfo(url).toString();
        int query = address.indexOf('?');
        return query < 0 ? address : address.substring(0, query) + "?...";
    }

    /** The same address whoever asks. */
    static URI withoutUserInfo(URI url) {
        String authority = url.getRawAuthority();
        if (authority == null || authority.indexOf('@') < 0) {
            return url;
        }
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        return URI.create(url.toString().replaceFirst("//[^/?#]*", Matcher.quoteReplacement("//" + host)));
    }

    /** Whether a redirect may be followed: to the web, and from https to nothing less. */
    static boolean mayFollow(URI from, URI to) {
        return "https".equalsIgnoreCase(to.getScheme())
                || ("http".equalsIgnoreCase(to.getScheme()) && "http".equalsIgnoreCase(from.getScheme()));
    }

    /** Whether credentials for the one may be told to the other. */
    static boolean sameOrigin(URI one, URI other) {
        return Objects.equals(one.getScheme(), other.getScheme())
                && Objects.equals(one.getHost(), other.getHost())
                && one.getPort() == other.getPort();
    }
}
