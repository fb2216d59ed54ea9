package io.muster.aggregator.ingest;

import io.muster.schema.history.DeviceReading;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One device of a heartbeat, as a row contains it. A missing or implausible reading is null, so
 * that the sums of an hour fit into their columns, too.
 *
 * @param uuid identity, 255 characters at most
 * @param name 255 characters at most
 */
record DeviceRow(String uuid, String name, DeviceReading reading) {
  static final long MAX_CELSIUS = 1000;
  private static final long MIN_CELSIUS = -273;

  /** The type of the minima and maxima of a minute. */
  private static final double MAX_WATTS = Short.MAX_VALUE;

  private static final int MAX_TEXT_LENGTH = 255;
  private static final double BYTES_PER_MIB = 1 << 20;

  static DeviceRow of(DeviceReading reading) {
    return new DeviceRow(
        sanitizeText(reading.device().uuid()), sanitizeText(reading.device().name()), reading);
  }

  static OptionalLong temperatureCelsius(DeviceReading reading) {
    var celsius = reading.temperatureCelsius().orElse(Long.MIN_VALUE);
    return celsius >= MIN_CELSIUS && celsius <= MAX_CELSIUS
        ? OptionalLong.of(celsius)
        : OptionalLong.empty();
  }

  int index() {
    return reading.device().index();
  }

  DeviceDescription description() {
    return new DeviceDescription(uuid, (short) index(), name, memoryMib());
  }

  @Nullable Short temperatureCelsius() {
    var celsius = temperatureCelsius(reading);
    return celsius.isPresent() ? (short) celsius.getAsLong() : null;
  }

  @Nullable Short usagePercent() {
    return toPercent(reading.usagePercent().orElse(Double.NaN));
  }

  @Nullable Short memoryPercent() {
    var usedBytes = reading.memory().memoryUsedBytes();
    var totalBytes = reading.memory().memoryTotalBytes();
    return isAtLeast(0, usedBytes) && isAtLeast(1, totalBytes)
        ? toPercent(100.0 * usedBytes.getAsLong() / totalBytes.getAsLong())
        : null;
  }

  @Nullable Integer powerWatts() {
    return toInteger(reading.powerWatts().orElse(Double.NaN), MAX_WATTS);
  }

  private @Nullable Integer memoryMib() {
    var totalBytes = reading.memory().memoryTotalBytes();
    return totalBytes.isPresent()
        ? toInteger(totalBytes.getAsLong() / BYTES_PER_MIB, Integer.MAX_VALUE)
        : null;
  }

  private static boolean isAtLeast(long min, OptionalLong value) {
    return value.isPresent() && value.getAsLong() >= min;
  }

  private static @Nullable Short toPercent(double value) {
    return Double.isFinite(value) ? (short) Math.round(Math.max(0, Math.min(100, value))) : null;
  }

  private static @Nullable Integer toInteger(double value, double max) {
    return value >= 0 && value <= max ? (int) Math.round(value) : null;
  }

  /** Removes U+0000, the only character that PostgreSQL rejects, and limits the length. */
  private static String sanitizeText(String text) {
    var sanitized = text.replace("\0", "");
    return sanitized.codePointCount(0, sanitized.length()) <= MAX_TEXT_LENGTH
        ? sanitized
        : sanitized.substring(0, sanitized.offsetByCodePoints(0, MAX_TEXT_LENGTH));
  }
}
