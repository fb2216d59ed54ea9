package io.muster.api.websocket;

import io.vertx.core.buffer.Buffer;

/**
 * One open WebSocket, as its door sees it. What is written after the end goes nowhere. Confined to
 * the event loop of its connection.
 */
public interface WebSocketConnection {
  /** Sends a text message: UTF-8 that many sockets may share and nobody may change. */
  void sendText(Buffer message);

  /** Sends a binary message, shared like a text. */
  void sendBinary(Buffer message);

  /** Whether what was sent before has left, so that the client takes more. */
  boolean isWritable();

  /** Takes no message from the client until {@link #resume}. */
  void pause();

  void resume();

  /** Says goodbye and ends. */
  void close(CloseCode code, String reason);
}
