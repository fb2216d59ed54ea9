package io.muster.collector;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.FrameTopic;
import io.muster.collector.inspection.InspectionCounters;
import io.muster.collector.loop.CollectCounters;
import io.muster.collector.loop.LaneMetrics;
import io.muster.runtime.node.Metronome;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Metrics of a collector's ticks, frames and inspections, {@code muster_collector_*}. */
final class CollectorMetrics {
  private static final String PREFIX = "muster.collector.";

  private CollectorMetrics() {}

  /** The meters of one source; shared by the lanes of all hosts that read this kind of source. */
  static LaneMetrics laneMetrics(String source, MeterRegistry registry) {
    var readTimer =
        Timer.builder(PREFIX + "source.read")
            .tag("source", source)
            .description("Duration of a read of the source, including reads that timed out")
            .register(registry);
    var timeoutCounter =
        Counter.builder(PREFIX + "source.timeouts")
            .tag("source", source)
            .description("Passes that a source missed because its read timed out")
            .register(registry);
    return new LaneMetrics() {
      @Override
      public void recordRead(long elapsedNanos) {
        readTimer.record(elapsedNanos, NANOSECONDS);
      }

      @Override
      public void recordTimeout() {
        timeoutCounter.increment();
      }
    };
  }

  /** The duration of a tick. */
  static Timer tickTimer(MeterRegistry registry) {
    return Timer.builder(PREFIX + "tick")
        .description("Time from a tick until the frames of all hosts of this node were published")
        .register(registry);
  }

  static void bind(FrameTopic topic, MeterRegistry registry) {
    functionCounter("frames.published", topic, FrameTopic::publishedFrames)
        .description("Frames published, including those collected on request")
        .register(registry);
  }

  static void bind(CollectCounters counters, HostCollectors collectors, MeterRegistry registry) {
    functionCounter("requests", counters, CollectCounters::requests)
        .description("Requests for a fresh frame that this node received")
        .register(registry);
    functionCounter("frames.on_request", counters, CollectCounters::passes)
        .description("Frames collected on request; other requests shared one of them")
        .register(registry);
    Gauge.builder(
            PREFIX + "process.tables.wanted", collectors, HostCollectors::processTableDemandCount)
        .description("Hosts of this node with an active demand lease for the process table")
        .register(registry);
  }

  static void bind(InspectionCounters counters, MeterRegistry registry) {
    for (var type : InspectionCounters.InspectionType.values()) {
      var tag = type.name().toLowerCase(Locale.ROOT);
      functionCounter("inspections", counters, each -> each.samplings(type))
          .tag("kind", tag)
          .description("Inspections that read the host")
          .register(registry);
      functionCounter("inspection.answers", counters, each -> each.responses(type))
          .tag("kind", tag)
          .description("Inspection replies; several may share one reading")
          .register(registry);
    }
  }

  static void bind(Metronome metronome, MeterRegistry registry) {
    functionCounter("beats", metronome, Metronome::ticks)
        .description("Ticks (collection cycles) started")
        .register(registry);
    functionCounter("beats.skipped", metronome, Metronome::skippedTicks)
        .description("Ticks skipped because the previous one was still running")
        .register(registry);
  }

  private static <T> FunctionCounter.Builder<T> functionCounter(
      String name, T target, ToDoubleFunction<T> value) {
    return FunctionCounter.builder(PREFIX + name, target, value);
  }
}
