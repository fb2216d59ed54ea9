package io.muster.api.bridge;

import io.muster.api.websocket.CloseCode;

/**
 * The connection of one session, whatever its transport. Messages sent after the close are
 * discarded. Confined to the event loop of its session.
 */
interface BridgeSocket {
  /** Sends a message. */
  void send(BridgeMessage message);

  /** Returns true if the client has taken enough of what was sent for another message. */
  boolean isWritable();

  /** Stops reading messages of the client until {@link #resume}, if the transport can. */
  default void pause() {}

  default void resume() {}

  /** Closes the connection; a transport without close codes ignores the code. */
  void close(CloseCode code, String reason);
}
