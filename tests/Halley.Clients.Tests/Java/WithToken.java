import halley.HalleyClient;
import halley.Listener;
import halley.Message;
import halley.Subscription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/**
 * A token that has gone stale, and then one that the server signed; a listener that throws at "throw", and leaves at
 * "leave" although the program goes on.
 */
public final class WithToken {
    private static Subscription subscription;
    private static boolean isStale = true;

    public static void main(String[] arguments) throws InterruptedException {
        synchronized (WithToken.class) {
            subscription = new HalleyClient(arguments[0]).pauses(10, 100).subscribe(arguments[1], null, () -> token(arguments[2]), new Teller());
        }
        Thread.currentThread().join();
    }

    private static String token(String sign) {
        System.out.println("token");
        try (BufferedReader answer = new BufferedReader(new InputStreamReader(new URL(sign).openStream(), StandardCharsets.UTF_8))) {
            String token = answer.readLine().replaceAll(".*\"token\":\"(\\w+)\".*", "$1");
            boolean wasStale = isStale;
            isStale = false;
            return wasStale ? "stale" : token;
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private static final class Teller implements Listener {
        @Override public void message(Message message) {
            System.out.println("message " + message.seq + " " + message.content);
            if (message.content.equals("throw")) throw new IllegalStateException("as it is meant to");
            synchronized (WithToken.class) {
                if (message.content.equals("leave")) subscription.close();
            }
        }

        @Override public void open(String transport) {
            System.out.println("open " + transport);
        }

        @Override public void close(String reason, boolean retry) {
            System.out.println("close " + reason + (retry ? "" : " for good"));
        }
    }
}
