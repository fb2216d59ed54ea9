package io.muster.api.bridge.address;

import io.muster.api.bridge.BridgeMessage;
import io.muster.api.bridge.OutboundAddress.SessionRegistration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A registration that reads from a cursor, which holds the position of its session. Confined to the
 * event loop of the cursor.
 *
 * @param messages returns the next message; empty if there is none now
 * @param onClose removes the cursor
 */
record CursorRegistration(Supplier<Optional<BridgeMessage>> messages, Runnable onClose)
    implements SessionRegistration {
  @Override
  public Optional<BridgeMessage> next() {
    return messages.get();
  }

  @Override
  public void close() {
    onClose.run();
  }
}
