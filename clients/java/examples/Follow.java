import halley.HalleyClient;
import halley.Listener;
import halley.Message;
import halley.Position;
import halley.Subscription;

/**
 * Follows a channel, and prints what it is told, a line each: java -cp CLASSES Follow http://127.0.0.1:8100/ news
 * [EPOCH:SEQ]
 */
public final class Follow {
    public static void main(String[] arguments) throws InterruptedException {
        Position from = arguments.length > 2 ? Position.parse(arguments[2]) : null;
        Subscription subscription = new HalleyClient(arguments[0]).openTimeout(2000).pauses(100, 1000).subscribe(arguments[1], from, null, new Listener() {
            @Override public void message(Message message) {
                System.out.println("message " + message.seq + " " + message.content);
            }

            @Override public void gap(long from, long to, String reason) {
                System.out.println("gap " + from + " " + to + " " + reason);
            }

            @Override public void reset(Position at, String reason) {
                System.out.println("reset " + at + " " + reason);
            }

            @Override public void open(String transport) {
                System.out.println("open " + transport);
            }

            @Override public void failed(String why) {
                System.err.println(why);
            }

            @Override public void close(String reason, boolean retry) {
                System.out.println("close " + reason + (retry ? "" : " for good"));
                if (!retry) System.exit(0);
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(subscription::close));
        Thread.currentThread().join();
    }
}
