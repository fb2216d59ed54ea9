package io.muster.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.runtime.config.HostPort;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Locale;
import java.util.Optional;

/** A client of {@code /events} that reads the raw bytes. */
public final class EventReader implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final String head;
  private final StringBuilder pending = new StringBuilder();

  private EventReader(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.head = readHead();
  }

  /** Opens a stream; returns when the head of the response has arrived. */
  public static EventReader open(HostPort server, String target) throws IOException {
    var socket = Exchange.connect(server);
    request(socket, target);
    return new EventReader(socket);
  }

  /** Sends the request on a connection, and reads nothing. */
  public static void request(Socket socket, String target) throws IOException {
    socket
        .getOutputStream()
        .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(UTF_8));
  }

  /** Begins to read on a connection that has sent its request. */
  public static EventReader of(Socket socket) throws IOException {
    return new EventReader(socket);
  }

  /** Status line and headers, in lower case, one on each line. */
  public String head() {
    return head;
  }

  /**
   * Returns the next event or comment with the empty line after it; empty if the server has ended
   * the stream. Throws if the connection breaks before.
   */
  public Optional<String> next() throws IOException {
    var end = pending.indexOf("\n\n");
    while (end < 0) {
      var chunk = readChunk();
      if (chunk.isEmpty()) {
        return Optional.empty();
      }
      pending.append(chunk);
      end = pending.indexOf("\n\n");
    }
    var event = pending.substring(0, end + 2);
    pending.delete(0, end + 2);
    return Optional.of(event);
  }

  /** Closes the connection. */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  private String readHead() throws IOException {
    var text = new StringBuilder();
    for (var line = readLine(); !line.isEmpty(); line = readLine()) {
      text.append(line.toLowerCase(Locale.ROOT)).append('\n');
    }
    return text.toString();
  }

  private String readChunk() throws IOException {
    var size = Integer.parseInt(readLine(), 16);
    var bytes = in.readNBytes(size);
    if (bytes.length < size || !readLine().isEmpty()) {
      throw new IOException("truncated chunk");
    }
    return new String(bytes, UTF_8);
  }

  private String readLine() throws IOException {
    var line = new ByteArrayOutputStream();
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("connection ended inside: " + line.toString(ISO_8859_1));
      }
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }
}
