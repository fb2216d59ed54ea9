package io.muster.runtime.cluster;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Hears the beats of all nodes, and remembers how long each was silent at most. */
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

  /** One beat of the speaker, to all nodes. */
  static void publishPing(Vertx vertx, long sender) {
    vertx.eventBus().publish(ChildNode.PING_ADDRESS, sender);
  }

  /** Forgets all speakers. */
  void clear() {
    receivedAtNanos.clear();
    longestGapNanos.clear();
  }

  boolean hasReceivedFrom(long sender) {
    return receivedAtNanos.containsKey(sender);
  }

  /** The longest pause between two beats of this speaker. */
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
