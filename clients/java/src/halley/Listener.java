package halley;

/**
 * What a subscription tells. All calls come on the subscription's own thread, one after another; who takes long is told
 * the next later, and who takes so long that the server gives up is told the rest after a reconnection. On Android,
 * hand over to the main thread with a Handler.
 */
public interface Listener {
    void message(Message message);

    /**
     * The messages from..to are lost. reason: the server's word (expired, evicted, cleared, limit), or unknown: the
     * numbers jumped.
     */
    default void gap(long from, long to, String reason) { }

    /**
     * The channel began anew (reason: epoch), or is behind what was seen (ahead). What was known of it is void; what it
     * holds now follows.
     */
    default void reset(Position at, String reason) { }

    /** Connected. transport: streaming or longpolling. */
    default void open(String transport) { }

    /**
     * A try to connect did not succeed, and it is tried again by itself. why: a sentence for a log, such as
     * "http://host/stream: It is answered with 404"; it never has the token.
     */
    default void failed(String why) { }

    /**
     * Not connected any more. reason: lost, silent (nothing was heard for too long), behind (a heartbeat showed that
     * messages are missing), busy (the server has too many), closed (the channel was), unauthorized, stopped. retry: it
     * goes on by itself.
     */
    default void close(String reason, boolean retry) { }
}
