package halley;

import java.util.Map;
import java.util.function.Consumer;

/**
 * Where a subscriber stands in its channel, and what follows from each thing the server says: nothing is handed on
 * twice, and what is missing is told. It knows no connection.
 */
final class Track {
    /** What the connection has to do once a message was taken. */
    enum Verdict { GO_ON, BEHIND, CLOSED, UNAUTHORIZED, BUSY }

    private final String channel;
    private final Consumer<Consumer<Listener>> tell;
    /** The incarnation; "" as long as no server named one. */
    private String epoch = "";
    /** The offset wanted next; 0: whatever comes from now on. */
    private long next;

    Track(String channel, Position from, Consumer<Consumer<Listener>> tell) {
        this.channel = channel;
        this.tell = tell;
        if (from != null) {
            epoch = from.epoch;
            next = from.seq;
        }
    }

    Position position() {
        return new Position(epoch, next);
    }

    Verdict take(Map<?, ?> said) {
        switch (text(said, "type", "")) {
            case "data": message(said, false); return Verdict.GO_ON;
            case "broadcast": message(said, true); return Verdict.GO_ON;
            case "exact": exact(said); return Verdict.GO_ON;
            case "gap": gap(said); return Verdict.GO_ON;
            case "reset": reset(number(said, "seq", 1), text(said, "epoch", ""), text(said, "reason", "epoch")); return Verdict.GO_ON;
            case "next_seq": nextSeq(number(said, "seq", 0)); return Verdict.GO_ON;
            case "noop": return isBehind(said) ? Verdict.BEHIND : Verdict.GO_ON;
            case "close": return Verdict.CLOSED;
            case "401": case "404": return Verdict.UNAUTHORIZED;
            case "429": return Verdict.BUSY;
            default: return Verdict.GO_ON; // a type of a later server
        }
    }

    private void message(Map<?, ?> said, boolean broadcast) {
        long seq = number(said, "seq", 0);
        if (next > 0) {
            if (seq < next) return; // more was replayed than was missed
            lost(next, seq - 1, "unknown");
        }
        next = seq + 1;
        Message message = new Message(channel, text(said, "content", ""), seq, broadcast, position());
        tell.accept(listener -> listener.message(message));
    }

    private void exact(Map<?, ?> said) {
        String named = text(said, "epoch", "");
        long seq = number(said, "seq", 1);
        if (!epoch.isEmpty() && !epoch.equals(named)) {
            reset(seq, named, "epoch");
            return;
        }
        epoch = named;
        if (next == 0) next = seq;
        else lost(next, seq - 1, "unknown");
    }

    private void gap(Map<?, ?> said) {
        epoch = text(said, "epoch", epoch);
        lost(Math.max(number(said, "from", 0), next), number(said, "to", 0), text(said, "reason", "unknown"));
    }

    private void lost(long from, long to, String reason) {
        if (to < from) return;
        next = to + 1;
        tell.accept(listener -> listener.gap(from, to, reason));
    }

    private void reset(long seq, String newEpoch, String reason) {
        next = seq;
        epoch = newEpoch;
        tell.accept(listener -> listener.reset(position(), reason));
    }

    /**
     * iComet's own server says so where its numbers are: at the start, after a broadcast, or because it started again.
     */
    private void nextSeq(long seq) {
        if (next == 0) next = seq;
        else if (seq < next) reset(seq, "", "ahead");
        else lost(next, seq - 1, "unknown");
    }

    private boolean isBehind(Map<?, ?> heartbeat) {
        Object named = heartbeat.get("epoch");
        return named != null && next > 0 && (!named.equals(epoch) || number(heartbeat, "top", 0) >= next);
    }

    private static String text(Map<?, ?> said, String name, String otherwise) {
        Object value = said.get(name);
        return value instanceof String ? (String) value : otherwise;
    }

    private static long number(Map<?, ?> said, String name, long otherwise) {
        Object value = said.get(name);
        return value instanceof Number ? ((Number) value).longValue() : otherwise;
    }
}
