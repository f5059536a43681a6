package halley;

/** A place in a channel, to go on from: on another connection, after a restart of the program, on another device. */
public final class Position {
    /** The incarnation of the channel that seq counts in; "" if the server does not name it. */
    public final String epoch;
    /** The offset wanted next; 0: whatever comes from now on. */
    public final long seq;

    public Position(String epoch, long seq) {
        if (seq < 0) throw new IllegalArgumentException("A position's seq is 0 or more, not " + seq);
        this.epoch = epoch;
        this.seq = seq;
    }

    /** Reads what {@link #toString} wrote. */
    public static Position parse(String text) {
        int colon = text.indexOf(':');
        try {
            if (colon >= 0) return new Position(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new IllegalArgumentException("A position is EPOCH:SEQ, not " + text);
    }

    @Override
    public String toString() {
        return epoch + ":" + seq;
    }
}
