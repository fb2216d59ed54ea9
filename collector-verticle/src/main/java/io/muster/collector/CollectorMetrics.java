package io.muster.collector;

import io.muster.bus.FrameTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.node.Metronome;

/** Metrics of what counts by itself: published frames and ticks. */
final class CollectorMetrics {
  private CollectorMetrics() {}

  static void bind(FrameTopic topic, MeterFactory meters) {
    meters.functionCounter(
        "frames.published",
        "Frames published, including those collected on request",
        topic,
        FrameTopic::publishedFrames);
  }

  static void bind(Metronome metronome, MeterFactory meters) {
    meters.functionCounter(
        "beats", "Ticks (collection cycles) started", metronome, Metronome::ticks);
    meters.functionCounter(
        "beats.skipped",
        "Ticks skipped because the previous one was still running",
        metronome,
        Metronome::skippedTicks);
  }
}
