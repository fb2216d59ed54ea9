package io.muster.api.bridge.address;

import io.muster.api.bridge.BridgeMessage;
import io.muster.api.bridge.BridgeMetrics;
import io.muster.api.bridge.OutboundAddress;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest value of one address, of which a slow session skips older ones. The next message of a
 * session that skipped values has the header {@code skipped} with their number; all others share
 * one message. Confined to one event loop.
 */
final class NewestValue {
  private final String address;
  private final BridgeMetrics metrics;
  private final Set<Reader> readers = new LinkedHashSet<>();
  private Supplier<Optional<Buffer>> body;
  private @Nullable BridgeMessage message;

  /**
   * Creates a value.
   *
   * @param initialBody returns the value that a session gets first, in JSON; empty for none
   */
  NewestValue(String address, Supplier<Optional<Buffer>> initialBody, BridgeMetrics metrics) {
    this.address = address;
    this.body = initialBody;
    this.metrics = metrics;
  }

  boolean isUnused() {
    return readers.isEmpty();
  }

  OutboundAddress.SessionRegistration register(Runnable onReady, Runnable onUnused) {
    var reader = new Reader(onReady, onUnused);
    readers.add(reader);
    reader.offer();
    return reader;
  }

  /**
   * Replaces the value.
   *
   * @param newBody returns the value, in JSON; called at most once, when a session can take it
   */
  void replace(Supplier<Buffer> newBody) {
    body = () -> Optional.of(newBody.get());
    message = null;
    Set.copyOf(readers).forEach(Reader::offer);
  }

  private Optional<BridgeMessage> sharedMessage() {
    var shared = Optional.ofNullable(message).or(() -> body.get().map(this::message));
    message = shared.orElse(null);
    return shared;
  }

  private BridgeMessage message(Buffer value) {
    return BridgeMessage.received(address, value);
  }

  private final class Reader implements OutboundAddress.SessionRegistration {
    private final Runnable onReady;
    private final Runnable onUnused;
    private int waiting; // values since the last message

    Reader(Runnable onReady, Runnable onUnused) {
      this.onReady = onReady;
      this.onUnused = onUnused;
    }

    void offer() {
      waiting++;
      onReady.run();
    }

    @Override
    public Optional<BridgeMessage> next() {
      var skipped = waiting - 1;
      waiting = 0;
      if (skipped <= 0) {
        return skipped < 0 ? Optional.empty() : sharedMessage();
      }
      metrics.skipped().increment(skipped);
      return body.get().map(value -> BridgeMessage.received(address, skipped, value));
    }

    @Override
    public void close() {
      readers.remove(this);
      onUnused.run();
    }
  }
}
