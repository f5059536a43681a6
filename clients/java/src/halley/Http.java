package halley;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One GET, and its answer line by line. It is not HttpURLConnection, for on the JDK that one can be neither closed
 * while a thread reads from it, nor given another patience once it is open; and java.net.http is missing on Android.
 */
final class Http implements Closeable {
    /** Bytes of a line, at most: of the head, or a message. */
    private static final int LONGEST_LINE = 16 << 20;

    /** The bare one: closing it wakes who reads through TLS, too. */
    private volatile Socket bare;
    private Socket socket;
    private volatile boolean closed;
    private InputStream input;
    private boolean chunked;
    /** Bytes left of the chunk, or of the answer; -1: until the connection ends. */
    private long left = -1;
    private boolean over;
    private boolean connected;
    private String location = "";

    /**
     * Asks, and returns the status once the head of the answer is there.
     *
     * @param patience milliseconds until then
     */
    int get(HalleyClient client, URI address, int patience) throws IOException {
        connect(client, address);
        patience(patience);
        String host = address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
        String path = (address.getRawPath().isEmpty() ? "/" : address.getRawPath()) + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
        String head = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: application/json\r\nUser-Agent: Halley-Java\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        input = new BufferedInputStream(socket.getInputStream(), 16 << 10);
        return readHead();
    }

    /** Whether the other side was reached at all. */
    boolean isConnected() {
        return connected;
    }

    /** Where the answer says that what was asked for is; "" where it says nothing of it. */
    String location() {
        return location;
    }

    /** The next line of the body, without its end; null: the answer is over. */
    String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = readBody(); b != '\n'; b = readBody()) {
            if (b < 0) return line.size() == 0 ? null : text(line);
            add(line, b);
        }
        return text(line);
    }

    /** How long a read may take from now on. */
    void patience(int milliseconds) throws IOException {
        socket.setSoTimeout(milliseconds);
    }

    /** From any thread; who reads gets an exception. */
    @Override
    public void close() {
        closed = true;
        Socket open = bare;
        try {
            if (open != null) open.close();
        } catch (IOException alreadyGone) {
            // so it is closed
        }
    }

    private void connect(HalleyClient client, URI address) throws IOException {
        boolean secure = "https".equalsIgnoreCase(address.getScheme());
        int port = address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80;
        bare = socket = client.sockets.createSocket();
        if (closed) close(); // by somebody who did not see it yet
        socket.connect(new InetSocketAddress(address.getHost(), port), client.openTimeout);
        connected = true;
        socket.setSoTimeout(client.openTimeout);
        socket.setTcpNoDelay(true);
        if (!secure) return;
        SSLSocketFactory factory = client.tls != null ? client.tls : (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket wrapped = (SSLSocket) factory.createSocket(socket, address.getHost(), port, true);
        SSLParameters parameters = wrapped.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate has to be this host's
        wrapped.setSSLParameters(parameters);
        socket = wrapped;
    }

    private int readHead() throws IOException {
        String[] status = readHeadLine().split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("\\d{3}")) throw new IOException("The answer is not HTTP/1.1");
        for (String line = readHeadLine(); !line.isEmpty(); line = readHeadLine()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(colon, 0)).trim().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).trim();
            if (name.equals("transfer-encoding")) chunked = value.toLowerCase(Locale.ROOT).endsWith("chunked");
            if (name.equals("content-length")) left = number(value, 10);
            if (name.equals("location")) location = value;
        }
        if (chunked) left = 0;
        return Integer.parseInt(status[1]);
    }

    private String readHeadLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = readByte(); b != '\n'; b = readByte()) add(line, b);
        String text = text(line);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private int readBody() throws IOException {
        if (over) return -1;
        if (left < 0) {
            int b = input.read();
            over = b < 0;
            return b;
        }
        if (left == 0 && chunked) {
            String size = readHeadLine();
            if (size.isEmpty()) size = readHeadLine(); // behind the chunk before
            left = number(size.split(";", 2)[0].trim(), 16);
        }
        over = left == 0;
        if (over) return -1;
        left--;
        return readByte();
    }

    private int readByte() throws IOException {
        int b = input.read();
        if (b < 0) throw new EOFException("The connection was lost");
        return b;
    }

    private static void add(ByteArrayOutputStream line, int b) throws IOException {
        if (line.size() == LONGEST_LINE) throw new IOException("A line is longer than " + LONGEST_LINE + " bytes");
        line.write(b);
    }

    private static long number(String digits, int radix) throws IOException {
        try {
            long number = Long.parseLong(digits, radix);
            if (number >= 0) return number;
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new IOException("The answer's length is no number: " + digits);
    }

    private static String text(ByteArrayOutputStream line) throws IOException {
        return line.toString("UTF-8");
    }
}
