package io.muster.collector;

import io.muster.bus.FrameTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.collector.inspection.InspectionCounters;
import io.muster.runtime.node.Metronome;
import java.util.Locale;

/** Metrics of what counts by itself: published frames, ticks, inspections. */
final class CollectorMetrics {
  private CollectorMetrics() {}

  static void bind(FrameTopic topic, MeterFactory meters) {
    meters.functionCounter(
        "frames.published",
        "Frames published, including those collected on request",
        topic,
        FrameTopic::publishedFrames);
  }

  static void bind(InspectionCounters counters, MeterFactory meters) {
    for (var type : InspectionCounters.InspectionType.values()) {
      var tagged = meters.withTag("kind", type.name().toLowerCase(Locale.ROOT));
      tagged.functionCounter(
          "inspections", "Inspections that read the host", counters, each -> each.samplings(type));
      tagged.functionCounter(
          "inspection.answers",
          "Inspection replies; several may share one reading",
          counters,
          each -> each.responses(type));
    }
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
