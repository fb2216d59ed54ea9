package io.muster.api.socktop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.WebSocketConnection;
import io.muster.api.websocket.WebSocketSession;
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
 * A client without a network: queues the texts that it sends while the session is paused, and
 * records the frames that it receives. Fails the test if a frame is sent while it is not writable.
 */
final class FakeSocktopConnection implements WebSocketConnection {
  private final Deque<String> outgoing = new ArrayDeque<>();
  private final List<ReceivedFrame> received = new ArrayList<>();
  private Optional<CloseCode> closeCode = Optional.empty();
  private int capacity = Integer.MAX_VALUE;
  private boolean paused;
  private boolean delivering;
  private @Nullable WebSocketSession session;

  /** Connects to a session. */
  FakeSocktopConnection connectTo(WebSocketSession connected) {
    session = connected;
    return this;
  }

  /** Sends the texts in order without waiting for replies. */
  FakeSocktopConnection send(String... texts) {
    outgoing.addAll(List.of(texts));
    deliver();
    return this;
  }

  /** Accepts this number of further messages, then is not writable. */
  void setCapacity(int messageCount) {
    var wasFull = !isWritable();
    capacity = messageCount;
    if (wasFull && isWritable() && session != null) {
      session.onWritable();
    }
  }

  List<ReceivedFrame> received() {
    return List.copyOf(received);
  }

  ReceivedFrame lastReceived() {
    return received.get(received.size() - 1);
  }

  /** The number of texts that the session has not read. */
  int pendingTexts() {
    return outgoing.size();
  }

  Optional<CloseCode> closeCode() {
    return closeCode;
  }

  @Override
  public void sendText(Buffer message) {
    receive(new ReceivedFrame(false, message));
  }

  @Override
  public void sendBinary(Buffer message) {
    receive(new ReceivedFrame(true, message));
  }

  @Override
  public boolean isWritable() {
    return capacity > 0;
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
    closeCode = Optional.of(code);
  }

  private void receive(ReceivedFrame frame) {
    assertThat(isWritable()).as("written while not writable").isTrue();
    received.add(frame);
    capacity--;
  }

  private void deliver() {
    if (delivering || session == null) {
      return;
    }
    delivering = true;
    while (!paused && !outgoing.isEmpty()) {
      session.onText(outgoing.removeFirst());
    }
    delivering = false;
  }

  /** One message, with the original buffer, so that a test can detect shared ones. */
  record ReceivedFrame(boolean binary, Buffer message) {
    /** Returns the bytes, decompressed if they are gzip. */
    byte[] decompressed() {
      var raw = message.getBytes();
      var compressed = raw.length > 2 && raw[0] == (byte) 0x1f && raw[1] == (byte) 0x8b;
      if (!compressed) {
        return raw;
      }
      try (var gzip = new GZIPInputStream(new ByteArrayInputStream(raw))) {
        return gzip.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String json() {
      return new String(decompressed(), UTF_8);
    }
  }
}
