package halley;

import java.net.URI;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/**
 * A server, and how to reach it. Set it up first, then subscribe; what is changed later counts for later subscriptions.
 */
public final class HalleyClient {
    final URI server;
    int openTimeout = 5_000;
    int heartbeatTimeout = 45_000;
    int shortestPause = 1_000;
    int longestPause = 30_000;
    SocketFactory sockets = SocketFactory.getDefault();
    SSLSocketFactory tls;

    /**
     * @param server where the front port is reached: http or https, host, port, and the path above /stream and /poll
     */
    public HalleyClient(String server) {
        this.server = URI.create(server.endsWith("/") ? server : server + "/");
        String scheme = this.server.getScheme();
        if (this.server.getHost() == null || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
            throw new IllegalArgumentException("The server's address is http://HOST:PORT/PATH or https://..., not " + server);
        }
    }

    /** Milliseconds for a connection to open, and for a stream's first word. Default 5,000. */
    public HalleyClient openTimeout(int milliseconds) {
        openTimeout = positive(milliseconds);
        return this;
    }

    /**
     * Milliseconds of silence after which a connection counts as dead; more than the server's polling_timeout. Default
     * 45,000.
     */
    public HalleyClient heartbeatTimeout(int milliseconds) {
        heartbeatTimeout = positive(milliseconds);
        return this;
    }

    /**
     * Milliseconds between tries: the first pause, and the longest; each is twice the one before, less up to a half at
     * random. Default 1,000 and 30,000.
     */
    public HalleyClient pauses(int shortest, int longest) {
        shortestPause = positive(shortest);
        longestPause = positive(longest);
        return this;
    }

    /**
     * Where sockets come from, for who needs a proxy, certificates or a network of their own. Default: the platform's.
     */
    public HalleyClient sockets(SocketFactory plain, SSLSocketFactory secure) {
        sockets = plain;
        tls = secure;
        return this;
    }

    /** Follows a channel from now on. */
    public Subscription subscribe(String channel, Listener listener) {
        return subscribe(channel, null, null, listener);
    }

    /**
     * Follows a channel, on a thread of its own, until it is closed.
     *
     * @param from where to go on; null: from now on
     * @param token asked for what lets it in, at the start and after each refusal, on the subscription's thread; null:
     * the server asks for none
     */
    public Subscription subscribe(String channel, Position from, Supplier<String> token, Listener listener) {
        Subscription subscription = new Subscription(this, channel, from, token, listener);
        subscription.start();
        return subscription;
    }

    private static int positive(int milliseconds) {
        if (milliseconds <= 0) throw new IllegalArgumentException("Milliseconds are more than 0, not " + milliseconds);
        return milliseconds;
    }
}
