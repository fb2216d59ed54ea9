package io.muster.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.WebSocketConnection;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A connection that records the messages sent to it, and is writable on demand. */
final class FakeUsageConnection implements WebSocketConnection {
  private final List<Buffer> sent = new ArrayList<>();
  private boolean writable = true;
  private boolean paused;
  private Optional<CloseCode> closeCode = Optional.empty();

  @Override
  public void sendText(Buffer message) {
    sent.add(message);
  }

  @Override
  public void sendBinary(Buffer message) {
    throw new AssertionError("a browser would get a Blob");
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
  }

  @Override
  public void close(CloseCode code, String reason) {
    if (closeCode.isPresent()) {
      throw new AssertionError("closed twice");
    }
    closeCode = Optional.of(code);
  }

  void setWritable(boolean isWritable) {
    writable = isWritable;
  }

  boolean isPaused() {
    return paused;
  }

  Optional<CloseCode> closeCode() {
    return closeCode;
  }

  /** Returns the messages since the previous call. */
  List<Buffer> takeBuffers() {
    var taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  /** Returns the messages since the previous call, as text. */
  List<String> takeTexts() {
    return takeBuffers().stream().map(message -> message.toString(UTF_8)).toList();
  }
}
