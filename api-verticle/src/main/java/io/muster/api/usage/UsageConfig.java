package io.muster.api.usage;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the usage endpoint.
 *
 * @param interval default time between two updates, whole seconds
 * @param autoSubscribe true if a client is subscribed without a request
 * @param gpuAggregation aggregation of the top-level GPU values
 * @param messagesPerSecond frames that a client may send per second on average, twice as many in a
 *     burst
 */
public record UsageConfig(
    Duration interval,
    boolean autoSubscribe,
    GpuAggregation gpuAggregation,
    int messagesPerSecond) {
  static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
  static final Duration MAX_INTERVAL = Duration.ofMinutes(1);

  private static final String INTERVAL = "api.usage.interval";

  /** Reads the settings. */
  public static UsageConfig from(ConfigReader reader) {
    return new UsageConfig(
        interval(reader),
        reader.flag("api.usage.auto_subscribe", false),
        reader.choice("api.usage.gpu", GpuAggregation.FIRST),
        reader.integer("api.usage.messages_per_second", 5, 1, 1_000_000));
  }

  private static Duration interval(ConfigReader reader) {
    var interval = reader.duration(INTERVAL, Duration.ofSeconds(5), MIN_INTERVAL, MAX_INTERVAL);
    if (interval.toMillisPart() != 0) {
      reader.addProblem(
          INTERVAL, "must be a whole number of seconds: '" + interval.toMillis() + "ms'");
    }
    return interval;
  }
}
