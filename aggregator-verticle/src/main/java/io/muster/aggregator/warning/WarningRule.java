package io.muster.aggregator.warning;

import io.muster.aggregator.warning.HeartbeatSample.GpuSample;
import io.muster.schema.client.OpenWarning;
import io.muster.schema.client.Warning;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The rules of the warnings that heartbeats show. A warning is raised by heartbeats that show its
 * condition, several in succession or for some time; it ends when heartbeats have contradicted it
 * for some time. Those in between do neither.
 */
enum WarningRule {
  GPU_HOT(
      Warning.GPU_HOT,
      onGpus(gpus -> gpus.hasFlag(Flags.HOT)),
      onGpus(gpus -> !gpus.hasFlag(Flags.WARM)),
      sample -> sample.gpus().flatMap(GpuSample::maxCelsius)),
  DISK_FULL(
      Warning.DISK_FULL,
      sample -> sample.diskPercent() >= Limits.DISK_PERCENT,
      sample -> sample.diskPercent() <= 85,
      sample -> Optional.of(sample.diskPercent())),
  MEMORY_FULL(
      Warning.MEMORY_FULL,
      sample -> sample.memoryPercent() >= Limits.MEMORY_PERCENT,
      sample -> sample.memoryPercent() <= 90,
      sample -> Optional.of(sample.memoryPercent())),
  GPU_LOST(
      Warning.GPU_LOST,
      onGpus(gpus -> gpus.missing() > 0),
      onGpus(gpus -> gpus.missing() <= 0),
      sample -> sample.gpus().map(GpuSample::missing)),
  GPU_FAULT(
      Warning.GPU_FAULT,
      onGpus(gpus -> gpus.hasFlag(Flags.FAULT)),
      onGpus(gpus -> !gpus.hasFlag(Flags.FAULT)),
      sample -> Optional.empty()),
  /** Ends with GPU_HOT: heartbeats do not contain how near the critical temperature is. */
  GPU_CRITICAL(
      Warning.GPU_CRITICAL,
      onGpus(gpus -> gpus.hasFlag(Flags.CRITICAL)),
      onGpus(gpus -> !gpus.hasFlag(Flags.WARM)),
      sample -> sample.gpus().flatMap(GpuSample::maxCelsius)),
  DISK_CRITICAL(
      Warning.DISK_CRITICAL,
      sample -> sample.diskPercent() >= 95,
      sample -> sample.diskPercent() <= 90,
      sample -> Optional.of(sample.diskPercent()));

  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
  private static final int HOT_HEARTBEATS = 3;

  private final Warning warning;
  private final Predicate<HeartbeatSample> shows;
  private final Predicate<HeartbeatSample> contradicts;
  private final Function<HeartbeatSample, Optional<Integer>> reading;

  WarningRule(
      Warning warning,
      Predicate<HeartbeatSample> shows,
      Predicate<HeartbeatSample> contradicts,
      Function<HeartbeatSample, Optional<Integer>> reading) {
    this.warning = warning;
    this.shows = shows;
    this.contradicts = contradicts;
    this.reading = reading;
  }

  /** The conditions of which a client without warnings shows none, as texts of a statement. */
  static Map<String, String> texts() {
    return Map.of(
        "disk_limit",
        String.valueOf(Limits.DISK_PERCENT),
        "memory_limit",
        String.valueOf(Limits.MEMORY_PERCENT),
        "gpu_flags",
        String.valueOf(Flags.HOT | Flags.CRITICAL | Flags.FAULT));
  }

  Warning warning() {
    return warning;
  }

  /** Returns the warning after one more heartbeat; empty if there is none. */
  Optional<OpenWarning> after(Optional<OpenWarning> before, HeartbeatSample sample) {
    if (isAboutGpus() && sample.gpus().isEmpty()) {
      return before;
    }
    var raised = before.filter(OpenWarning::raised);
    return raised.isPresent() ? continueRaised(raised.get(), sample) : raise(before, sample);
  }

  private Optional<OpenWarning> continueRaised(OpenWarning before, HeartbeatSample sample) {
    var open = before.withPeak(reading.apply(sample));
    if (!contradicts.test(sample)) {
      return Optional.of(open.withCalmSince(Optional.empty()));
    }
    long calmSince = open.calmSinceMillis().orElse(sample.atMillis());
    return sample.atMillis() - calmSince >= calmTime().toMillis()
        ? Optional.empty()
        : Optional.of(open.withCalmSince(Optional.of(calmSince)));
  }

  private Optional<OpenWarning> raise(Optional<OpenWarning> before, HeartbeatSample sample) {
    if (!shows.test(sample)) {
      return Optional.empty();
    }
    var open =
        before
            .orElseGet(() -> OpenWarning.shownAt(warning, sample.atMillis()))
            .withHeartbeat()
            .withPeak(reading.apply(sample));
    return Optional.of(isLongEnough(open, sample) ? open.raise() : open);
  }

  private boolean isLongEnough(OpenWarning open, HeartbeatSample sample) {
    return switch (this) {
      case GPU_HOT ->
          open.heartbeats() >= HOT_HEARTBEATS
              || sample.gpus().filter(gpus -> gpus.hasFlag(Flags.CRITICAL)).isPresent();
      case MEMORY_FULL -> sample.atMillis() - open.sinceMillis() >= FIVE_MINUTES.toMillis();
      case DISK_FULL, GPU_LOST, GPU_FAULT, GPU_CRITICAL, DISK_CRITICAL -> true;
    };
  }

  private Duration calmTime() {
    return this == GPU_LOST ? Duration.ZERO : FIVE_MINUTES;
  }

  private boolean isAboutGpus() {
    return switch (this) {
      case GPU_HOT, GPU_LOST, GPU_FAULT, GPU_CRITICAL -> true;
      case DISK_FULL, MEMORY_FULL, DISK_CRITICAL -> false;
    };
  }

  private static Predicate<HeartbeatSample> onGpus(Predicate<GpuSample> condition) {
    return sample -> sample.gpus().filter(condition).isPresent();
  }

  /** The lowest limits that raise a warning. */
  private static final class Limits {
    static final int DISK_PERCENT = 90;
    static final int MEMORY_PERCENT = 95;
  }

  /** The bits of {@code heartbeat.gpu_flags}. */
  private static final class Flags {
    static final int HOT = 1 | 2;
    static final int CRITICAL = 2;

    /** At most 5 °C below the warning temperature, or hotter. */
    static final int WARM = 4 | HOT;

    static final int FAULT = 8;
  }
}
