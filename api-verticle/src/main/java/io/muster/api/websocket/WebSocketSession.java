package io.muster.api.websocket;

/**
 * What a door does with one WebSocket. Confined to the event loop of its connection; no method
 * blocks or throws.
 */
public interface WebSocketSession {
  /** A text message came, whole and in valid UTF-8. */
  void onText(String message);

  /** A binary message came. */
  void onBinary();

  /** A second has passed. */
  default void onSecondElapsed() {}

  /** The client takes more again after it did not. */
  default void onWritable() {}

  /** The connection is gone, for whatever reason; called once. */
  void onClosed();
}
