package io.muster.runtime.cluster.member;

import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A connection to the member port of a node, byte by byte. Reads fail after a minute. Confined to
 * the thread of the test.
 */
public final class MemberClient implements AutoCloseable {
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(1);

  private final Socket socket;
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private MemberClient(Socket socket) {
    this.socket = socket;
  }

  /** Connects to the address, given as host:port. */
  public static MemberClient connect(String address) {
    try {
      var target = HostPort.parse(address).orElseThrow();
      var socket = new Socket(target.host(), target.port());
      socket.setSoTimeout((int) READ_TIMEOUT.toMillis());
      return new MemberClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first bytes of a member, followed by a packet that announces this many bytes. */
  public static byte[] packetOf(int payloadBytes) {
    return ByteBuffer.allocate(14)
        .put("HZC".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 4)
        .putShort((short) 0)
        .putInt(-1)
        .putInt(payloadBytes)
        .array();
  }

  public MemberClient send(byte[] bytes) throws IOException {
    sent.write(bytes);
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Performs the handshake of a connector, and returns true if the other side admits it. */
  public boolean shakeHands(Secret secret, String clusterName) throws IOException {
    var handshake = new ConnectorHandshake(new HandshakeKey(secret, clusterName));
    try {
      while (handshake.expectedBytes() > 0) {
        send(handshake.receive(read(handshake.expectedBytes())));
      }
      return true;
    } catch (HandshakeException refused) {
      return false;
    }
  }

  /** All bytes that were sent so far. */
  public byte[] sent() {
    return sent.toByteArray();
  }

  /**
   * Waits until the other side closes the connection, and returns the bytes that it sent before.
   */
  public byte[] awaitEnd() {
    var received = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(received);
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the connection is still open", e);
    } catch (IOException reset) {
      // Bytes that the other side did not read turn the end into a reset.
      return received.toByteArray();
    }
    return received.toByteArray();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] read(int count) throws IOException {
    return socket.getInputStream().readNBytes(count);
  }
}
