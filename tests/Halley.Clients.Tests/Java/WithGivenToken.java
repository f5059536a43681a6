import halley.HalleyClient;

/** Follows a channel with a token that it is given: java -cp CLASSES WithGivenToken SERVER CHANNEL TOKEN */
public final class WithGivenToken {
    public static void main(String[] arguments) throws InterruptedException {
        new HalleyClient(arguments[0]).subscribe(arguments[1], null, () -> arguments[2], message -> { });
        Thread.currentThread().join();
    }
}
