package io.muster.api.websocket;

/**
 * What a door does with one WebSocket. Confined to the event loop of its connection; no method
 * blocks or throws.
 */
public interface Session {
  /** A text message came, whole and in valid UTF-8. */
  void text(String message);

  /** A binary message came. */
  void binary();

  /** A second has passed. */
  default void tick() {}

  /** The client takes more again after it did not. */
  default void drained() {}

  /** The connection is gone, for whatever reason; called once. */
  void closed();
}
