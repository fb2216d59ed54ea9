package io.muster.api.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.HostPort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A WebSocket client over a plain socket that can violate every rule of the protocol. */
public final class RawWebSocket implements Closeable {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final int TIMEOUT_MILLIS = 60_000;
  private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};
  private static final String HANDSHAKE =
      """
      GET %s HTTP/1.1
      Host: %s
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      """;

  private final Closeable connection;
  private final DataInputStream in;
  private final OutputStream out;
  private final String head;

  private RawWebSocket(Closeable connection, InputStream in, OutputStream out, byte[] request)
      throws IOException {
    this.connection = connection;
    this.in = new DataInputStream(in);
    this.out = out;
    out.write(request);
    this.head = readHead();
  }

  /** Opens a WebSocket; the response must be an upgrade. */
  public static RawWebSocket open(HostPort address, String target, String... headers)
      throws IOException {
    var client = connect(address, handshake(address, target, headers));
    assertThat(client.head).startsWith("HTTP/1.1 101 ");
    return client;
  }

  /** Opens a WebSocket at a Unix socket, where reads have no timeout. */
  public static RawWebSocket open(Path unixSocket, String target) throws IOException {
    var channel = SocketChannel.open(UnixDomainSocketAddress.of(unixSocket));
    var in = Channels.newInputStream(channel);
    var request = handshake("localhost", target).getBytes(ISO_8859_1);
    var client = new RawWebSocket(channel, in, Channels.newOutputStream(channel), request);
    assertThat(client.head).startsWith("HTTP/1.1 101 ");
    return client;
  }

  /** Sends a handshake with the lines of one header replaced, or left out if none are given. */
  public static RawWebSocket openWithHeader(
      HostPort address, String target, String name, String... lines) throws IOException {
    var otherLines =
        handshake(address, target).lines().filter(line -> !line.startsWith(name + ":")).toList();
    var head = new StringBuilder();
    otherLines.stream()
        .filter(line -> !line.isEmpty())
        .forEach(line -> head.append(line).append("\r\n"));
    List.of(lines).forEach(line -> head.append(name).append(": ").append(line).append("\r\n"));
    return connect(address, head.append("\r\n").toString());
  }

  /** Sends any request. */
  public static RawWebSocket connect(HostPort address, String request) throws IOException {
    return connect(address, request.getBytes(ISO_8859_1));
  }

  /** Sends any bytes and reads the head of the response. */
  public static RawWebSocket connect(HostPort address, byte[] request) throws IOException {
    var socket = new Socket(address.host(), address.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    return new RawWebSocket(socket, socket.getInputStream(), socket.getOutputStream(), request);
  }

  /** Returns a valid handshake. */
  public static String handshake(HostPort address, String target, String... headers) {
    return handshake(address.toString(), target, headers);
  }

  private static String handshake(String authority, String target, String... headers) {
    var extraLines = new StringBuilder();
    List.of(headers).forEach(header -> extraLines.append(header).append("\r\n"));
    return HANDSHAKE.formatted(target, authority).replace("\n", "\r\n") + extraLines + "\r\n";
  }

  /** Returns a masked frame. */
  public static byte[] frame(int opcode, boolean isFinal, byte[] payload) {
    var bytes = ByteBuffer.allocate(payload.length + 14);
    bytes.put((byte) (opcode | (isFinal ? 0x80 : 0)));
    if (payload.length < 126) {
      bytes.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65_536) {
      bytes.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      bytes.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    bytes.put(MASK);
    for (int index = 0; index < payload.length; index++) {
      bytes.put((byte) (payload[index] ^ MASK[index % MASK.length]));
    }
    var frame = new byte[bytes.position()];
    bytes.flip().get(frame);
    return frame;
  }

  public static byte[] textFrame(String message) {
    return frame(TEXT, true, message.getBytes(UTF_8));
  }

  public int status() {
    return Integer.parseInt(head.substring(9, 12));
  }

  /** The head of the response. */
  public String head() {
    return head;
  }

  public RawWebSocket sendText(String message) throws IOException {
    return sendBytes(textFrame(message));
  }

  public RawWebSocket sendBytes(byte[] bytes) throws IOException {
    out.write(bytes);
    return this;
  }

  /** Reads the next frame, which must not be fragmented or masked; empty at the end of stream. */
  public Optional<RawFrame> nextFrame() throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    int second = in.readUnsignedByte();
    assertThat(first & 0xf0).as("final, no reserved bit").isEqualTo(0x80);
    assertThat(second & 0x80).as("unmasked").isZero();
    long length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    return Optional.of(new RawFrame(first & 0x0f, in.readNBytes((int) length)));
  }

  /** Reads the next frame, which must be a text. */
  public String nextText() throws IOException {
    var frame = nextFrame().orElseThrow();
    assertThat(frame.opcode()).as(frame.toString()).isEqualTo(TEXT);
    return frame.text();
  }

  /** Reads up to the close frame and returns its code; 1005 if it has none. */
  public int closeCode() throws IOException {
    for (var frame = nextFrame(); frame.isPresent(); frame = nextFrame()) {
      if (frame.get().opcode() == CLOSE) {
        return frame.get().closeCode();
      }
    }
    throw new AssertionError("the connection ended without a close frame");
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  private String readHead() throws IOException {
    var bytes = new ByteArrayOutputStream();
    while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int character = in.read();
      assertThat(character).as("the end of " + bytes).isNotNegative();
      bytes.write(character);
    }
    return bytes.toString(ISO_8859_1);
  }

  /** One frame of the server. */
  public static final class RawFrame {
    private final int opcode;
    private final byte[] payload;

    private RawFrame(int opcode, byte[] payload) {
      this.opcode = opcode;
      this.payload = payload;
    }

    public int opcode() {
      return opcode;
    }

    public byte[] payload() {
      return payload.clone();
    }

    public String text() {
      return new String(payload, UTF_8);
    }

    /** Returns the payload, decompressed. */
    public byte[] decompressed() throws IOException {
      try (var gzip = new GZIPInputStream(new ByteArrayInputStream(payload))) {
        return gzip.readAllBytes();
      }
    }

    public int closeCode() {
      return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort();
    }

    @Override
    public String toString() {
      return "opcode " + opcode + ": " + text();
    }
  }
}
