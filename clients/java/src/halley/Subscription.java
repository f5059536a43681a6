package halley;

import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One channel, followed for as long as it takes: a connection when there can be one, the next try when there is none.
 * It streams; where a proxy in between lets no stream through, it polls.
 */
public final class Subscription {
    /** How long polling is kept to, before streaming is tried again. */
    private static final long STREAM_AGAIN_NANOS = 600_000_000_000L;
    /** Polls without news may come faster than this... */
    private static final long HASTY_NANOS = 1_000_000_000L;
    /** ...so often, before the server counts as one that holds no question. */
    private static final int HASTY_POLLS = 5;
    /** A connection that lived so long was a good one: the next pause is the shortest again. */
    private static final long LASTING_NANOS = 5_000_000_000L;
    /** A proxy that wants https is one, a server that has moved another; more are a circle. */
    private static final int MOST_REDIRECTS = 5;

    private final HalleyClient client;
    private final String channel;
    private final Supplier<String> tokens;
    private final Listener listener;
    private final Track track;
    private final Thread thread;
    private final Object pause = new Object();

    private volatile boolean stopped;
    private volatile Http current;
    private volatile Position position;
    /** What was asked last, without the query: that has the token. */
    private String asked = "";
    private boolean awake;
    /** null: to be asked for. */
    private String token;
    private boolean isOpen;
    private boolean isRefused;
    /** Another transport follows without a pause, and without a word. */
    private boolean isBetween;
    private long openedAt;
    private boolean polls;
    private long pollsSince;
    private int tries;

    Subscription(HalleyClient client, String channel, Position from, Supplier<String> tokens, Listener listener) {
        this.client = client;
        this.channel = channel;
        this.tokens = tokens;
        this.listener = listener;
        track = new Track(channel, from, this::tell);
        position = track.position();
        thread = new Thread(this::run, "halley " + channel);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Where it stands: what the listener was given lies before it. */
    public Position position() {
        return position;
    }

    /** Connects at once, if it is waiting to: the network is back, for example. */
    public void wake() {
        synchronized (pause) {
            awake = true;
            pause.notifyAll();
        }
    }

    /** Ends it for good, from any thread; a call of the listener that is under way is the last but close. */
    public void close() {
        stopped = true;
        Http open = current;
        if (open != null) open.close();
        wake();
    }

    private void run() {
        String reason = "stopped";
        while (!stopped) {
            reason = connection();
            hangUp();
            if (reason.equals("closed") || reason.equals("unauthorized") && tokens == null) break;
            if (!stopped && !isBetween) ended(reason);
        }
        String last = stopped ? "stopped" : reason;
        stopped = true;
        report(() -> listener.close(last, false));
    }

    /** One connection, to its end; returns why it ended, as the listener is told. */
    private String connection() {
        isBetween = false;
        isRefused = false;
        try {
            if (token == null) token = tokens == null ? "" : tokens.get();
            Track.Verdict verdict = polls ? poll() : stream();
            if (verdict == Track.Verdict.UNAUTHORIZED) token = null;
            isRefused = verdict == Track.Verdict.UNAUTHORIZED || verdict == Track.Verdict.BUSY;
            return verdict == Track.Verdict.GO_ON ? "lost" : verdict.name().toLowerCase(Locale.ROOT);
        } catch (SocketTimeoutException silence) {
            failed(silence);
            change();
            return "silent";
        } catch (IOException trouble) {
            failed(trouble);
            change();
            return "lost";
        } catch (RuntimeException ofTheTokens) {
            report(() -> { throw ofTheTokens; });
            return "lost";
        }
    }

    private Track.Verdict stream() throws IOException {
        // A server that knows positions says at once where we stand; the original only to who does not know.
        boolean greeted = position.seq == 0 || !position.epoch.isEmpty();
        Http http = ask("stream", client.openTimeout);
        if (!greeted) opened("streaming", http);
        for (String line = http.readLine(); line != null && !stopped; line = http.readLine()) {
            if (line.isEmpty()) continue;
            List<?> messages = messages(line);
            if (!isRefusal(messages)) opened("streaming", http);
            Track.Verdict verdict = take(messages);
            if (verdict != Track.Verdict.GO_ON) return verdict;
        }
        return Track.Verdict.GO_ON;
    }

    private Track.Verdict poll() throws IOException {
        for (int hasty = 0; !stopped && hasty <= HASTY_POLLS;) {
            long asked = System.nanoTime();
            if (asked - pollsSince > STREAM_AGAIN_NANOS) {
                polls = isOpen = false;
                isBetween = true;
                break;
            }
            long before = position.seq;
            Http http = ask("poll", client.heartbeatTimeout);
            String answer = http.readLine(); // all of it: an object, or an array
            List<?> messages = messages(answer == null ? "" : answer);
            hangUp();
            if (!isRefusal(messages)) opened("longpolling", null);
            Track.Verdict verdict = take(messages);
            // One that is behind asks again anyway.
            if (verdict != Track.Verdict.GO_ON && verdict != Track.Verdict.BEHIND) return verdict;
            hasty = position.seq == before && System.nanoTime() - asked < HASTY_NANOS ? hasty + 1 : 0;
        }
        return Track.Verdict.GO_ON;
    }

    /** The server is asked again with each connection, and says anew where to go. */
    private Http ask(String path, int patience) throws IOException {
        URI address = address(path);
        for (int redirects = 0;; redirects++) {
            Http http = new Http();
            current = http;
            if (stopped) http.close();
            asked = withoutQuery(address);
            int status = http.get(client, address, patience);
            if (status == 200) return http;
            if (!Redirect.is(status)) throw new IOException("It is answered with " + status);
            if (redirects == MOST_REDIRECTS) throw new IOException("It redirects, after " + MOST_REDIRECTS + " others: that is one too many");
            address = Redirect.target(address, http.location());
            http.close();
        }
    }

    private URI address(String path) {
        Position at = position;
        return client.server.resolve(path + "?cname=" + escape(channel) + "&seq=" + at.seq + "&epoch=" + at.epoch
            + (token.isEmpty() ? "" : "&" + nameOf(token) + "=" + escape(token)));
    }

    /** A JSON Web Token has three parts; what iComet's /sign gives out has one. */
    static String nameOf(String token) {
        return token.matches("[^.]+\\.[^.]+\\.[^.]+") ? "access_token" : "token";
    }

    private static String withoutQuery(URI address) {
        return address.getScheme() + "://" + address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort()) + address.getRawPath();
    }

    private static String escape(String text) {
        try {
            return URLEncoder.encode(text, "UTF-8"); // with a Charset it is missing on older Androids
        } catch (UnsupportedEncodingException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static List<?> messages(String text) throws IOException {
        try {
            Object value = Json.parse(text);
            List<?> list = value instanceof List ? (List<?>) value : Collections.singletonList(value);
            for (Object item : list) {
                if (!(item instanceof Map)) throw new IOException("This is no message: " + item);
            }
            return list;
        } catch (IllegalArgumentException noJson) {
            throw new IOException(noJson.getMessage(), noJson); // a proxy's page, or half a message: what follows cannot be trusted
        }
    }

    /** The server answers, and will not have us. */
    private static boolean isRefusal(List<?> messages) {
        return !messages.isEmpty() && String.valueOf(((Map<?, ?>) messages.get(0)).get("type")).matches("4\\d\\d");
    }

    private Track.Verdict take(List<?> messages) {
        Track.Verdict verdict = Track.Verdict.GO_ON;
        for (Object message : messages) {
            verdict = track.take((Map<?, ?>) message);
            position = track.position();
            if (verdict != Track.Verdict.GO_ON || stopped) break;
        }
        return verdict;
    }

    private void opened(String transport, Http stream) throws IOException {
        if (stream != null) stream.patience(client.heartbeatTimeout);
        if (isOpen) return;
        isOpen = true;
        openedAt = System.nanoTime();
        tell(hearer -> hearer.open(transport));
    }

    /** Who asks why nothing comes is told. What ends while it is open is told by close. */
    private void failed(IOException trouble) {
        if (isOpen) return;
        // The platform's own often say only half of it, such as a host's name.
        String why = trouble.getClass() == IOException.class ? trouble.getMessage() : trouble.toString();
        String at = asked;
        tell(hearer -> hearer.failed(at + ": " + why));
    }

    /**
     * What never opened, though the server was reached, is left for the other transport: streams for polls at once,
     * polls for streams after a pause.
     */
    private void change() {
        Http last = current;
        if (isOpen || last == null || !last.isConnected()) return;
        polls = !polls;
        pollsSince = System.nanoTime();
        isBetween = polls;
    }

    private void hangUp() {
        Http open = current;
        current = null;
        if (open != null) open.close();
    }

    private void ended(String reason) {
        if (isOpen && System.nanoTime() - openedAt > LASTING_NANOS) tries = 0;
        if (isOpen || isRefused) tell(hearer -> hearer.close(reason, true));
        isOpen = false;
        sleep();
    }

    /**
     * Longer each time, and at random within the upper half, so that a server that comes back is not met by all at
     * once.
     */
    private void sleep() {
        double full = Math.min(client.longestPause, client.shortestPause * Math.pow(2, tries++));
        long until = System.nanoTime() + (long) (full * (0.5 + Math.random() / 2) * 1_000_000);
        synchronized (pause) {
            try {
                for (long left = until - System.nanoTime(); left > 0 && !awake && !stopped; left = until - System.nanoTime()) {
                    pause.wait(left / 1_000_000 + 1);
                }
            } catch (InterruptedException asToldFromOutside) {
                stopped = true;
            }
            if (awake) tries = 0;
            awake = false;
        }
    }

    private void tell(Consumer<Listener> call) {
        if (!stopped) report(() -> call.accept(listener));
    }

    /** Foreign code that throws is reported as the thread's other exceptions are, and disturbs nobody else. */
    private void report(Runnable foreign) {
        try {
            foreign.run();
        } catch (RuntimeException thrown) {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}
