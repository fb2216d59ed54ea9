package io.muster.api.websocket;

import io.vertx.core.buffer.Buffer;

/**
 * One open WebSocket, as its endpoint uses it. Messages sent after the close are discarded.
 * Confined to the event loop of its connection.
 */
public interface WebSocketConnection {
  /** Sends a text message in UTF-8; the buffer may be shared by connections, never changed. */
  void sendText(Buffer message);

  /** Sends a binary message; the buffer may be shared as for a text. */
  void sendBinary(Buffer message);

  /** Returns true if the send buffer has room for another message. */
  boolean isWritable();

  /** Stops reading messages of the client until {@link #resume}. */
  void pause();

  void resume();

  /** Sends a close frame, then closes the connection. */
  void close(CloseCode code, String reason);
}
