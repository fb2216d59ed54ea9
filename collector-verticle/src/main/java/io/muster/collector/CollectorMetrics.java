package io.muster.collector;

import io.muster.bus.FrameTopic;
import io.muster.bus.metrics.MeterFactory;

/** Metrics of what counts by itself: published frames. */
final class CollectorMetrics {
  private CollectorMetrics() {}

  static void bind(FrameTopic topic, MeterFactory meters) {
    meters.functionCounter(
        "frames.published",
        "Frames published, including those collected on request",
        topic,
        FrameTopic::publishedFrames);
  }
}
