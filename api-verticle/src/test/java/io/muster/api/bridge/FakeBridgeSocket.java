package io.muster.api.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.websocket.CloseCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A socket whose client reads when the test says so. Confined to the thread of its test. */
final class FakeBridgeSocket implements BridgeSocket {
  private final List<String> sent = new ArrayList<>();
  private int capacity = Integer.MAX_VALUE;
  private boolean paused;
  private Optional<CloseCode> closeCode = Optional.empty();

  /** Sets the number of messages that the socket takes before it is full. */
  void setCapacity(int messages) {
    capacity = messages;
  }

  @Override
  public void send(BridgeMessage message) {
    capacity--;
    sent.add(message.json().toString(UTF_8));
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
  }

  @Override
  public void close(CloseCode code, String reason) {
    closeCode = Optional.of(code);
  }

  boolean isPaused() {
    return paused;
  }

  Optional<CloseCode> closeCode() {
    return closeCode;
  }

  /** Returns the messages since the previous call. */
  List<String> takeSent() {
    var taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }
}
