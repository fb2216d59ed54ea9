package io.muster.api.usage;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the usage door.
 *
 * @param interval time between two updates, whole seconds, unless the client asks for another
 * @param autoSubscribe whether a client gets updates without asking for them
 * @param gpuAggregation which GPU the plain GPU numbers speak of
 * @param messagesPerSecond that a client may send in the long run, twice as many at once
 */
public record UsageConfig(
    Duration interval,
    boolean autoSubscribe,
    GpuAggregation gpuAggregation,
    int messagesPerSecond) {
  static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
  static final Duration MAX_INTERVAL = Duration.ofMinutes(1);

  private static final String INTERVAL = "api.usage.interval";
  private static final String GPU = "api.usage.gpu";

  /** Reads the settings. */
  public static UsageConfig from(ConfigReader reader) {
    return new UsageConfig(
        interval(reader),
        reader.flag("api.usage.auto_subscribe", false),
        gpu(reader),
        reader.integer("api.usage.messages_per_second", 5, 1, 1_000_000));
  }

  private static Duration interval(ConfigReader reader) {
    var interval = reader.duration(INTERVAL, Duration.ofSeconds(5), MIN_INTERVAL, MAX_INTERVAL);
    if (interval.toMillisPart() != 0) {
      reader.addProblem(INTERVAL, interval.toMillis() + "ms is not a whole number of seconds");
    }
    return interval;
  }

  private static GpuAggregation gpu(ConfigReader reader) {
    var name = reader.text(GPU, "first");
    var aggregation = GpuAggregation.of(name);
    if (aggregation.isEmpty()) {
      reader.addProblem(GPU, "'" + name + "' is not first, max or mean");
    }
    return aggregation.orElse(GpuAggregation.FIRST);
  }
}
