package io.muster.api.socktop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.Session;
import io.muster.api.websocket.Socket;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A client without a network: what it sends waits while the session takes nothing, and what it gets
 * is kept. It fails the test that writes to it while it takes nothing.
 */
final class FakeSocket implements Socket {
  private final Deque<String> sending = new ArrayDeque<>();
  private final List<Frame> got = new ArrayList<>();
  private Optional<CloseCode> closed = Optional.empty();
  private int room = Integer.MAX_VALUE;
  private boolean paused;
  private boolean delivering;
  private @Nullable Session session;

  /** Connects to the session that answers. */
  FakeSocket with(Session answering) {
    session = answering;
    return this;
  }

  /** Sends one text after the other without waiting for answers. */
  FakeSocket send(String... texts) {
    sending.addAll(List.of(texts));
    deliver();
    return this;
  }

  /** Takes so many more messages, and then none. */
  void takes(int messages) {
    var wasFull = !isWritable();
    room = messages;
    if (wasFull && isWritable() && session != null) {
      session.drained();
    }
  }

  List<Frame> got() {
    return List.copyOf(got);
  }

  Frame last() {
    return got.get(got.size() - 1);
  }

  /** How many of the texts the session has not taken. */
  int waiting() {
    return sending.size();
  }

  Optional<CloseCode> closed() {
    return closed;
  }

  @Override
  public void text(Buffer message) {
    keep(new Frame(false, message));
  }

  @Override
  public void binary(Buffer message) {
    keep(new Frame(true, message));
  }

  @Override
  public boolean isWritable() {
    return room > 0;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    deliver();
  }

  @Override
  public void close(CloseCode code, String reason) {
    assertThat(reason.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(123);
    closed = Optional.of(code);
  }

  private void keep(Frame frame) {
    assertThat(isWritable()).as("written to while the client takes nothing").isTrue();
    got.add(frame);
    room--;
  }

  private void deliver() {
    if (delivering || session == null) {
      return;
    }
    delivering = true;
    while (!paused && !sending.isEmpty()) {
      session.text(sending.removeFirst());
    }
    delivering = false;
  }

  /** One message; the very buffer, so that a test can tell shared ones. */
  record Frame(boolean binary, Buffer message) {
    /** The bytes, unpacked if they are gzip. */
    byte[] bytes() {
      var raw = message.getBytes();
      var packed = raw.length > 2 && raw[0] == (byte) 0x1f && raw[1] == (byte) 0x8b;
      if (!packed) {
        return raw;
      }
      try (var gzip = new GZIPInputStream(new ByteArrayInputStream(raw))) {
        return gzip.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String json() {
      return new String(bytes(), UTF_8);
    }
  }
}
