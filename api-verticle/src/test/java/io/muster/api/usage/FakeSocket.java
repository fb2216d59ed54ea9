package io.muster.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.Socket;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A socket that remembers, and takes as much as it is told to. */
final class FakeSocket implements Socket {
  private final List<Buffer> sent = new ArrayList<>();
  private boolean writable = true;
  private boolean paused;
  private Optional<CloseCode> closed = Optional.empty();

  @Override
  public void text(Buffer message) {
    sent.add(message);
  }

  @Override
  public void binary(Buffer message) {
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
    if (closed.isPresent()) {
      throw new AssertionError("closed twice");
    }
    closed = Optional.of(code);
  }

  void writable(boolean takes) {
    writable = takes;
  }

  boolean paused() {
    return paused;
  }

  Optional<CloseCode> closed() {
    return closed;
  }

  /** The messages since this was called before. */
  List<Buffer> buffers() {
    var taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  /** The messages since they were taken before, as text. */
  List<String> texts() {
    return buffers().stream().map(message -> message.toString(UTF_8)).toList();
  }
}
