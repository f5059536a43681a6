package halley;

import java.io.IOException;
import java.net.URI;

/** Where an answer sends us, and whether we go there. */
final class Redirect {
    private Redirect() { }

    /** Whether the answer says that what was asked for is elsewhere; each of these is followed by the same GET. */
    static boolean is(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /**
     * The address to ask instead.
     *
     * @param location as the answer has it: whole, or relative to the address that was asked
     * @throws IOException it is no address, or one that is not gone to: what was to be encrypted stays so
     */
    static URI target(URI asked, String location) throws IOException {
        if (location.isEmpty()) throw new IOException("It redirects, and does not say where to");
        URI target;
        try {
            // URI.resolve loses the last segment of the path where there is nothing but a query.
            target = location.startsWith("?") ? asked.resolve(asked.getRawPath() + location) : asked.resolve(location);
        } catch (IllegalArgumentException noAddress) {
            throw new IOException("It redirects to what is no address", noAddress);
        }
        String scheme = target.getScheme();
        boolean isSecure = "https".equalsIgnoreCase(scheme);
        if (target.getHost() == null || !(isSecure || "http".equalsIgnoreCase(scheme))) throw new IOException("It redirects to what is no address of http or https");
        if (!isSecure && "https".equalsIgnoreCase(asked.getScheme())) throw new IOException("It redirects from https to http, which is not followed");
        return target;
    }
}
