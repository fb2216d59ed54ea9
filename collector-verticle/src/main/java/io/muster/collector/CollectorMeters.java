package io.muster.collector;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.FrameTopic;
import io.muster.collector.energy.EnergyJournal;
import io.muster.collector.inspection.InspectionTally;
import io.muster.collector.loop.CollectTally;
import io.muster.collector.loop.LaneMeter;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Metronome;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What a collector counts of its ticks and frames, as {@code muster_collector_*} in metrics, and
 * how its energy counters are, on the health board.
 */
final class CollectorMeters {
  private static final String PREFIX = "muster.collector.";

  private CollectorMeters() {}

  /** The meter of one source; the same for the lanes of all hosts that read this kind of source. */
  static LaneMeter lane(String source, MeterRegistry meters) {
    var answers =
        Timer.builder(PREFIX + "source.read")
            .tag("source", source)
            .description("Time from asking a source until it answered, in time or late")
            .register(meters);
    var timeouts =
        Counter.builder(PREFIX + "source.timeouts")
            .tag("source", source)
            .description("Passes that went on without a source that did not answer in time")
            .register(meters);
    return new LaneMeter() {
      @Override
      public void answered(long elapsedNanos) {
        answers.record(elapsedNanos, NANOSECONDS);
      }

      @Override
      public void timedOut() {
        timeouts.increment();
      }
    };
  }

  /** How long a tick takes. */
  static Timer tick(MeterRegistry meters) {
    return Timer.builder(PREFIX + "tick")
        .description("Time from a tick until the frames of all hosts of this node were published")
        .register(meters);
  }

  static void bind(FrameTopic topic, MeterRegistry meters) {
    counter("frames.published", topic, FrameTopic::publishedCount)
        .description("Frames published, those on request included")
        .register(meters);
  }

  static void bind(CollectTally tally, HostCollectors hosts, MeterRegistry meters) {
    counter("requests", tally, CollectTally::requests)
        .description("Requests for a fresh frame")
        .register(meters);
    counter("frames.on_request", tally, CollectTally::passes)
        .description("Frames made because of a request; the other requests shared one")
        .register(meters);
    Gauge.builder(PREFIX + "process.tables.wanted", hosts, HostCollectors::wantedProcessTables)
        .description("Hosts of this node whose process table somebody wants now")
        .register(meters);
  }

  static void bind(InspectionTally tally, MeterRegistry meters) {
    for (var kind : InspectionTally.Kind.values()) {
      var tag = kind.name().toLowerCase(Locale.ROOT);
      counter("inspections", tally, counted -> counted.samplings(kind))
          .tag("kind", tag)
          .description("Close looks at a host that read it, none while nobody asks")
          .register(meters);
      counter("inspection.answers", tally, counted -> counted.answers(kind))
          .tag("kind", tag)
          .description("Answers about a host looked at closely; many may share one reading")
          .register(meters);
    }
  }

  static void bind(Metronome metronome, MeterRegistry meters) {
    counter("beats", metronome, Metronome::ticks).description("Ticks that began").register(meters);
    counter("beats.skipped", metronome, Metronome::skippedTicks)
        .description("Ticks left out because the one before still ran")
        .register(meters);
  }

  static void bind(EnergyJournal journal, HealthChecks health) {
    health.add("energy", () -> trouble(journal));
  }

  private static Optional<String> trouble(EnergyJournal journal) {
    return journal.isWritable()
        ? Optional.empty()
        : Optional.of("the energy counters cannot be saved");
  }

  private static <T> FunctionCounter.Builder<T> counter(
      String name, T counted, ToDoubleFunction<T> value) {
    return FunctionCounter.builder(PREFIX + name, counted, value);
  }
}
