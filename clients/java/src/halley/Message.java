package halley;

/** A message of a channel, each once and in order. */
public final class Message {
    public final String channel;
    public final String content;
    /** Its offset in the channel, from 1. */
    public final long seq;
    /** Whether it went to all channels of the server. */
    public final boolean broadcast;
    /**
     * The place behind it. Kept together with what the message led to, it is where a later run of the program goes on.
     */
    public final Position next;

    Message(String channel, String content, long seq, boolean broadcast, Position next) {
        this.channel = channel;
        this.content = content;
        this.seq = seq;
        this.broadcast = broadcast;
        this.next = next;
    }
}
