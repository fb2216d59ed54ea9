package io.muster.api.bridge.address;

import io.muster.api.bridge.BridgeMessage;
import io.muster.api.state.StateBytes;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The messages of one address that are in use, which its sessions share: one for each body, which
 * is compared by identity. Confined to one event loop.
 */
final class SharedMessages {
  private final String address;
  private final Map<StateBytes, BridgeMessage> messages = new WeakHashMap<>();

  SharedMessages(String address) {
    this.address = address;
  }

  BridgeMessage message(StateBytes body) {
    return messages.computeIfAbsent(body, bytes -> create(bytes, 0));
  }

  /** Returns the message for a session that has skipped others before. */
  BridgeMessage messageAfterSkipped(StateBytes body, long skipped) {
    return skipped == 0 ? message(body) : create(body, skipped);
  }

  private BridgeMessage create(StateBytes body, long skipped) {
    return BridgeMessage.received(address, skipped, Buffer.buffer(body.json()));
  }
}
