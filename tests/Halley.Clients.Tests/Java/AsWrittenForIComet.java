import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Uses the protocol as the Java and Android client for iComet does: HttpURLConnection without a read timeout, /stream
 * with cname, seq and token as they are, lines of one object each, a counter that goes up by one with each message, and
 * a new connection when reading fails.
 */
public final class AsWrittenForIComet {
    private static final Pattern OBJECT = Pattern.compile("\\{\"type\":\"(\\w+)\",\"cname\":\"([^\"]*)\",\"seq\":(\\d+),\"content\":\"(.*)\"\\}");

    public static void main(String[] arguments) throws InterruptedException {
        long seq = Long.parseLong(arguments[2]);
        String token = arguments.length > 3 ? arguments[3] : "";
        while (true) {
            try {
                HttpURLConnection connection = (HttpURLConnection) new URL(
                    arguments[0] + "stream?cname=" + arguments[1] + "&seq=" + seq + "&token=" + token).openConnection();
                connection.setRequestMethod("GET");
                connection.setConnectTimeout(180_000);
                connection.connect();
                BufferedReader reader = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
                System.out.println("connected");
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    Matcher object = OBJECT.matcher(line);
                    if (!object.matches()) throw new IllegalStateException("This is no message: " + line);
                    if (object.group(1).equals("data")) {
                        seq++;
                        System.out.println("message " + object.group(3) + " " + object.group(4));
                    } else {
                        System.out.println(object.group(1) + " " + object.group(3));
                    }
                }
                System.out.println("over");
                return; // the original goes round for ever here: a server had better not end a stream in good order
            } catch (IOException lost) {
                System.out.println("lost");
                Thread.sleep(100);
            }
        }
    }
}
