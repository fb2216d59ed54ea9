package io.muster.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.runtime.config.HostPort;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One request on a new connection, and the whole response, parsed without an HTTP client.
 *
 * @param status status code of the response
 * @param headers {@code name: value} with names in lower case, in the order of their arrival
 * @param body body as UTF-8; the server must close the connection after it
 */
public record Exchange(int status, List<String> headers, String body) {
  private static final int TIMEOUT_MILLIS = 60_000;

  /** Sends a request without a body. */
  public static Exchange send(HostPort server, String method, String target, String... headers) {
    return sendRaw(server, head(method, target, headers));
  }

  /** Sends a GET from an address of this machine. */
  public static Exchange getFrom(String ownAddress, HostPort server, String target, String header)
      throws IOException {
    try (var socket =
        new Socket(server.host(), server.port(), InetAddress.getByName(ownAddress), 0)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(head("GET", target, header).getBytes(UTF_8));
      return parse(socket.getInputStream().readAllBytes());
    }
  }

  /** Sends a GET to a Unix socket. */
  public static Exchange get(Path unixSocket, String target, String... headers) throws IOException {
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(unixSocket))) {
      channel.write(ByteBuffer.wrap(head("GET", target, headers).getBytes(UTF_8)));
      return parse(Channels.newInputStream(channel).readAllBytes());
    }
  }

  private static String head(String method, String target, String... headers) {
    var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    Arrays.stream(headers).forEach(header -> head.append(header).append("\r\n"));
    return head + "Connection: close\r\n\r\n";
  }

  /** Sends a POST with a body. */
  public static Exchange post(HostPort server, String target, byte[] body, String... headers) {
    var head = new StringBuilder("POST " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    Arrays.stream(headers).forEach(header -> head.append(header).append("\r\n"));
    head.append("Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n");
    return sendRaw(server, Buffer.buffer(head.toString()).appendBytes(body).getBytes());
  }

  /** Sends this text as the request. */
  public static Exchange sendRaw(HostPort server, String request) {
    return sendRaw(server, request.getBytes(UTF_8));
  }

  /** Sends these bytes as the request. */
  public static Exchange sendRaw(HostPort server, byte[] request) {
    try (var socket = connect(server)) {
      socket.getOutputStream().write(request);
      return parse(socket.getInputStream().readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("exchange failed: " + new String(request, UTF_8), e);
    }
  }

  /** Opens a connection with a read timeout. */
  public static Socket connect(HostPort server) throws IOException {
    var socket = new Socket(server.host(), server.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  /** Returns the only header of this name. */
  public Optional<String> header(String name) {
    var prefix = name.toLowerCase(Locale.ROOT) + ": ";
    var values = headers.stream().filter(header -> header.startsWith(prefix)).toList();
    if (values.size() > 1) {
      throw new IllegalStateException("more than one " + values);
    }
    return values.stream().findFirst().map(header -> header.substring(prefix.length()));
  }

  public JsonObject json() {
    return new JsonObject(body);
  }

  private static Exchange parse(byte[] response) {
    var text = new String(response, ISO_8859_1);
    var end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IllegalStateException("incomplete response: " + text);
    }
    var head = text.substring(0, end).split("\r\n", -1);
    var headers = new ArrayList<String>();
    for (var line : Arrays.asList(head).subList(1, head.length)) {
      var colon = line.indexOf(':');
      headers.add(line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon));
    }
    var body = new String(response, end + 4, response.length - end - 4, UTF_8);
    return new Exchange(Integer.parseInt(head[0].substring(9, 12)), List.copyOf(headers), body);
  }
}
