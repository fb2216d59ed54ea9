package io.muster.api.websocket;

/**
 * The session of an endpoint on one WebSocket. Confined to the event loop of its connection; no
 * method blocks or throws.
 */
public interface WebSocketSession {
  /** Called for each text message, which is whole and valid UTF-8. */
  void onText(String message);

  /** Called for each binary message. */
  void onBinary();

  /** Called once per second. */
  default void onSecondElapsed() {}

  /** Called when the connection becomes writable again. */
  default void onWritable() {}

  /** Called once when the connection is closed, for any reason. */
  void onClosed();
}
