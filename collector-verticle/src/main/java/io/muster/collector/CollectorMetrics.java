package io.muster.collector;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.FrameTopic;
import io.muster.collector.energy.EnergyCheckpointer;
import io.muster.collector.inspection.InspectionCounters;
import io.muster.collector.loop.CollectCounters;
import io.muster.collector.loop.LaneMetrics;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Metronome;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What a collector counts of its ticks and frames, as {@code muster_collector_*} in metrics, and
 * how its energy counters are, on the health board.
 */
final class CollectorMetrics {
  private static final String PREFIX = "muster.collector.";

  private CollectorMetrics() {}

  /** The meter of one source; the same for the lanes of all hosts that read this kind of source. */
  static LaneMetrics laneMetrics(String source, MeterRegistry registry) {
    var readTimer =
        Timer.builder(PREFIX + "source.read")
            .tag("source", source)
            .description("Time from asking a source until it answered, in time or late")
            .register(registry);
    var timeoutCounter =
        Counter.builder(PREFIX + "source.timeouts")
            .tag("source", source)
            .description("Passes that went on without a source that did not answer in time")
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

  /** How long a tick takes. */
  static Timer tickTimer(MeterRegistry registry) {
    return Timer.builder(PREFIX + "tick")
        .description("Time from a tick until the frames of all hosts of this node were published")
        .register(registry);
  }

  static void bind(FrameTopic topic, MeterRegistry registry) {
    functionCounter("frames.published", topic, FrameTopic::publishedCount)
        .description("Frames published, those on request included")
        .register(registry);
  }

  static void bind(CollectCounters counters, HostCollectors collectors, MeterRegistry registry) {
    functionCounter("requests", counters, CollectCounters::requests)
        .description("Requests for a fresh frame")
        .register(registry);
    functionCounter("frames.on_request", counters, CollectCounters::passes)
        .description("Frames made because of a request; the other requests shared one")
        .register(registry);
    Gauge.builder(
            PREFIX + "process.tables.wanted", collectors, HostCollectors::processTableDemandCount)
        .description("Hosts of this node whose process table somebody wants now")
        .register(registry);
  }

  static void bind(InspectionCounters counters, MeterRegistry registry) {
    for (var type : InspectionCounters.InspectionType.values()) {
      var tag = type.name().toLowerCase(Locale.ROOT);
      functionCounter("inspections", counters, each -> each.samplings(type))
          .tag("kind", tag)
          .description("Close looks at a host that read it, none while nobody asks")
          .register(registry);
      functionCounter("inspection.answers", counters, each -> each.answers(type))
          .tag("kind", tag)
          .description("Answers about a host looked at closely; many may share one reading")
          .register(registry);
    }
  }

  static void bind(Metronome metronome, MeterRegistry registry) {
    functionCounter("beats", metronome, Metronome::ticks)
        .description("Ticks that began")
        .register(registry);
    functionCounter("beats.skipped", metronome, Metronome::skippedTicks)
        .description("Ticks left out because the one before still ran")
        .register(registry);
  }

  static void bind(EnergyCheckpointer checkpointer, HealthChecks health) {
    health.add("energy", () -> problem(checkpointer));
  }

  private static Optional<String> problem(EnergyCheckpointer checkpointer) {
    return checkpointer.isWritable()
        ? Optional.empty()
        : Optional.of("the energy counters cannot be saved");
  }

  private static <T> FunctionCounter.Builder<T> functionCounter(
      String name, T target, ToDoubleFunction<T> value) {
    return FunctionCounter.builder(PREFIX + name, target, value);
  }
}
