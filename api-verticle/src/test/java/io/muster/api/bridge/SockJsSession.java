package io.muster.api.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.vertx.core.json.JsonArray;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A session over a transport of SockJS that is a sequence of requests. */
final class SockJsSession implements Closeable {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final int TIMEOUT_MILLIS = 60_000;

  private final ApiNode node;
  private final String path = "/eventbus/000/session" + NUMBERS.incrementAndGet();
  private @Nullable HttpURLConnection stream;
  private @Nullable BufferedReader lines;

  SockJsSession(ApiNode node) {
    this.node = node;
  }

  /** The path of the session. */
  String path() {
    return path;
  }

  /** Sends a POST to a transport, and reads the whole response. */
  Exchange post(String transport, String body, String... headers) {
    return withoutChunks(
        Exchange.post(node.mainAddress(), path + "/" + transport, body.getBytes(UTF_8), headers));
  }

  /** Sends a GET to a transport, and reads the whole response. */
  Exchange get(String transport, String... headers) {
    return withoutChunks(node.get(path + "/" + transport, headers));
  }

  /** Polls once; returns the frames. */
  String poll() {
    return post("xhr", "").body();
  }

  /** Sends messages to the bridge. */
  void send(String... messages) {
    var response = post("xhr_send", new JsonArray(List.of(messages)).encode());
    if (response.status() != 204) {
      throw new IllegalStateException(response.toString());
    }
  }

  /** Opens a response that does not end. */
  void openStream(String method, String transport) throws IOException {
    var address = node.mainAddress();
    var uri = URI.create("http://localhost:" + address.port() + path + "/" + transport);
    var connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    stream = connection;
    lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8));
  }

  String header(String name) {
    return String.valueOf(requireNonNull(stream).getHeaderField(name));
  }

  /** Reads a line of the response; fails at its end. */
  String nextLine() throws IOException {
    return Optional.ofNullable(requireNonNull(lines).readLine()).orElseThrow(EOFException::new);
  }

  /** Joins the chunks of a body in ASCII, as all bodies of SockJS are. */
  static Exchange withoutChunks(Exchange response) {
    if (response.header("transfer-encoding").isEmpty()) {
      return response;
    }
    var body = new StringBuilder();
    var rest = response.body();
    for (var length = 1; length > 0; ) {
      var end = rest.indexOf("\r\n");
      length = Integer.parseInt(rest.substring(0, end), 16);
      body.append(rest, end + 2, end + 2 + length);
      rest = rest.substring(end + 4 + length);
    }
    return new Exchange(response.status(), response.headers(), body.toString());
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.disconnect();
    }
  }
}
