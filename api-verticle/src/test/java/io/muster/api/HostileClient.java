package io.muster.api;

import static io.muster.api.websocket.RawWebSocket.BINARY;
import static io.muster.api.websocket.RawWebSocket.CLOSE;
import static io.muster.api.websocket.RawWebSocket.CONTINUATION;
import static io.muster.api.websocket.RawWebSocket.PING;
import static io.muster.api.websocket.RawWebSocket.PONG;
import static io.muster.api.websocket.RawWebSocket.TEXT;
import static io.muster.api.websocket.RawWebSocket.frame;
import static io.muster.api.websocket.RawWebSocket.textFrame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.muster.api.websocket.RawWebSocket;
import io.muster.runtime.config.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * A hostile client of the WebSocket endpoints: each of its attacks is a connection, on which it
 * sends random input and disconnects in a random way. It uses {@link #ADDRESS_COUNT} client
 * addresses. Confined to one thread.
 */
final class HostileClient implements AutoCloseable {
  /** Client addresses of all hostile clients together. */
  static final int ADDRESS_COUNT = 8;

  private static final int MAX_OPEN_SOCKETS = 12;
  private static final int MAX_FRAMES = 30;
  private static final int LARGE_BYTES = 100_000;
  private static final int ANY_OPCODE = 16;
  private static final List<String> TARGETS =
      List.of(
          "/ws",
          "/ws/node-1",
          "/ws?host=node-1",
          "/usage",
          "/usage?auto=1&interval=1",
          "/usage/node-1?interval=1",
          "/eventbus/websocket",
          "/eventbus/0/session/websocket",
          "/ws/nowhere",
          "/usage/");
  private static final List<String> MESSAGES =
      List.of(
          "get_metrics",
          "get_processes",
          "get_process_metrics:41",
          "get_process_metrics:7",
          "get_journal_entries:41",
          "{\"type\":\"metrics\"}",
          "{\"type\":",
          "{\"type\":\"register\",\"address\":\"muster.summary\"}",
          "{\"type\":\"send\",\"address\":\"muster.hosts\",\"replyAddress\":\"r\"}",
          "[\"{\\\"type\\\":\\\"ping\\\"}\"]",
          "subscribe:usage",
          "unsubscribe:usage",
          "ping",
          "");
  private static final List<String> HEADERS =
      List.of(
          "Sec-WebSocket-Version", "Sec-WebSocket-Key", "Connection", "Upgrade", "Host", "Origin");

  private final HostPort server;
  private final Random random;
  private final Deque<Socket> openSockets = new ArrayDeque<>();

  HostileClient(HostPort server, long seed) {
    this.server = server;
    this.random = new Random(seed);
  }

  /** The header with its client address, as set by a trusted proxy. */
  static String forwardedHeader(int number) {
    return "X-Forwarded-For: 203.0.113." + number;
  }

  /** Opens one connection; the server may close it at any time. */
  void attack() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(server.host(), server.port()));
    try {
      send(socket, handshake());
      if (random.nextInt(4) > 0) {
        awaitResponse(socket);
      }
      for (int remaining = random.nextInt(MAX_FRAMES); remaining > 0; remaining--) {
        send(socket, randomFrame());
      }
      disconnect(socket);
    } catch (SocketException ended) {
      socket.close();
    }
  }

  /** Closes all connections that are still open. */
  @Override
  public void close() throws IOException {
    for (var socket : openSockets) {
      socket.close();
    }
  }

  private byte[] handshake() {
    var valid =
        RawWebSocket.handshake(
            server, oneOf(TARGETS), forwardedHeader(random.nextInt(ADDRESS_COUNT)));
    var request =
        switch (random.nextInt(12)) {
          case 0 -> valid.substring(0, random.nextInt(valid.length()));
          case 1 -> valid.replaceFirst(oneOf(HEADERS) + ": [^\r]*\r\n", "");
          case 2 -> valid.replaceFirst("\r\n\r\n", "\r\n" + oneOf(HEADERS) + ": x\r\n\r\n");
          case 3 -> new String(randomBytes(200), ISO_8859_1);
          case 4 -> valid.replaceFirst("\r\n\r\n", "\r\nOrigin: https://evil.example\r\n\r\n");
          default -> valid;
        };
    return request.getBytes(ISO_8859_1);
  }

  /** Returns bytes that may be a frame. */
  private byte[] randomFrame() {
    return switch (random.nextInt(16)) {
      case 0 -> frame(BINARY, true, randomBytes(200));
      case 1 -> frame(TEXT, true, randomBytes(200));
      case 2 -> frame(TEXT, false, oneOf(MESSAGES).getBytes(ISO_8859_1));
      case 3 -> frame(CONTINUATION, random.nextBoolean(), oneOf(MESSAGES).getBytes(ISO_8859_1));
      case 4 -> frame(PING, true, randomBytes(125));
      case 5 -> frame(PONG, true, randomBytes(125));
      case 6 -> frame(CLOSE, true, randomBytes(20));
      case 7 -> frame(TEXT, random.nextBoolean(), new byte[random.nextInt(LARGE_BYTES)]);
      case 8 -> frame(random.nextInt(ANY_OPCODE), random.nextBoolean(), randomBytes(130));
      case 9 -> randomBytes(100);
      case 10 -> repeat(textFrame(oneOf(MESSAGES)));
      case 11 -> truncate(textFrame(oneOf(MESSAGES)));
      default -> textFrame(oneOf(MESSAGES));
    };
  }

  private byte[] repeat(byte[] frame) {
    var frames = new ByteArrayOutputStream();
    for (int count = random.nextInt(300); count > 0; count--) {
      frames.writeBytes(frame);
    }
    return frames.toByteArray();
  }

  private byte[] truncate(byte[] frame) {
    return Arrays.copyOf(frame, random.nextInt(frame.length));
  }

  private byte[] randomBytes(int maxBytes) {
    var bytes = new byte[random.nextInt(maxBytes)];
    random.nextBytes(bytes);
    return bytes;
  }

  private void disconnect(Socket socket) throws IOException {
    switch (random.nextInt(5)) {
      case 0 -> socket.close();
      case 1 -> {
        socket.setSoLinger(true, 0); // Close sends a reset.
        socket.close();
      }
      case 2 -> {
        socket.shutdownOutput();
        keepOpen(socket);
      }
      case 3 -> {
        send(socket, frame(CLOSE, true, new byte[] {3, (byte) 0xe8}));
        keepOpen(socket);
      }
      default -> keepOpen(socket);
    }
  }

  /** Keeps the connection open for a while, without reading. */
  private void keepOpen(Socket socket) throws IOException {
    openSockets.add(socket);
    if (openSockets.size() > MAX_OPEN_SOCKETS) {
      openSockets.remove().close();
    }
  }

  private static void send(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Waits briefly for a response: an incomplete handshake gets none in time. */
  private static void awaitResponse(Socket socket) throws IOException {
    socket.setSoTimeout(20);
    try {
      socket.getInputStream().readNBytes(1);
    } catch (SocketTimeoutException none) {
      // Continues without a response.
    }
  }

  private <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
