package io.muster.runtime.cluster;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records the pings of all nodes and the longest gap between two pings of each. Safe for use by any
 * thread.
 */
final class PingRecorder {
  private final Map<Long, Long> receivedAtNanos = new ConcurrentHashMap<>();
  private final Map<Long, Long> longestGapNanos = new ConcurrentHashMap<>();

  private PingRecorder() {}

  static PingRecorder on(Vertx vertx) {
    var recorder = new PingRecorder();
    var consumer =
        vertx
            .eventBus()
            .<Long>consumer(ChildNode.PING_ADDRESS, message -> recorder.record(message.body()));
    ClusterTestbed.awaitResult(consumer.completion());
    return recorder;
  }

  /** Publishes one ping of the sender to all nodes. */
  static void publishPing(Vertx vertx, long sender) {
    vertx.eventBus().publish(ChildNode.PING_ADDRESS, sender);
  }

  /** Removes all records. */
  void clear() {
    receivedAtNanos.clear();
    longestGapNanos.clear();
  }

  boolean hasReceivedFrom(long sender) {
    return receivedAtNanos.containsKey(sender);
  }

  /** The longest gap between two pings of this sender. */
  long longestGapMillis(long sender) {
    return longestGapNanos.getOrDefault(sender, 0L) / 1_000_000;
  }

  private void record(long sender) {
    var nowNanos = System.nanoTime();
    var previousNanos = receivedAtNanos.put(sender, nowNanos);
    if (previousNanos != null) {
      longestGapNanos.merge(sender, nowNanos - previousNanos, Math::max);
    }
  }
}
