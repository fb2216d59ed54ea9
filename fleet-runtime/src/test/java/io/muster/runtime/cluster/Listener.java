package io.muster.runtime.cluster;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Hears the beats of all nodes, and remembers how long each was silent at most. */
final class Listener {
  private final Map<Long, Long> heardAtNanos = new ConcurrentHashMap<>();
  private final Map<Long, Long> silenceNanos = new ConcurrentHashMap<>();

  private Listener() {}

  static Listener on(Vertx vertx) {
    var listener = new Listener();
    var consumer =
        vertx.eventBus().<Long>consumer(ChildNode.BEATS, message -> listener.hear(message.body()));
    Nodes.get(consumer.completion());
    return listener;
  }

  /** One beat of the speaker, to all nodes. */
  static void say(Vertx vertx, long speaker) {
    vertx.eventBus().publish(ChildNode.BEATS, speaker);
  }

  /** Forgets all speakers. */
  void forget() {
    heardAtNanos.clear();
    silenceNanos.clear();
  }

  boolean hears(long speaker) {
    return heardAtNanos.containsKey(speaker);
  }

  /** The longest pause between two beats of this speaker. */
  long silenceMillis(long speaker) {
    return silenceNanos.getOrDefault(speaker, 0L) / 1_000_000;
  }

  private void hear(long speaker) {
    var now = System.nanoTime();
    var before = heardAtNanos.put(speaker, now);
    if (before != null) {
      silenceNanos.merge(speaker, now - before, Math::max);
    }
  }
}
