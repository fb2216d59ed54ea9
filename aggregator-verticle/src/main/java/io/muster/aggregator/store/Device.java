package io.muster.aggregator.store;

import io.muster.schema.history.DeviceReading;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One device of a heartbeat, as a row holds it. A reading that is missing, or that no device can
 * have, is null: so the sums of an hour, too, fit into their columns.
 *
 * @param uuid its identity, 255 characters at most
 * @param name 255 characters at most
 */
record Device(String uuid, String name, DeviceReading reading) {
  static final long MAX_CELSIUS = 1000;
  private static final long MIN_CELSIUS = -273;
  private static final double MAX_WATTS = 100_000;
  private static final int MAX_TEXT = 255;
  private static final double MIB = 1 << 20;

  static Device of(DeviceReading reading) {
    return new Device(text(reading.uuid()), text(reading.name()), reading);
  }

  static OptionalLong temperature(DeviceReading reading) {
    var celsius = reading.temperatureCelsius().orElse(Long.MIN_VALUE);
    return celsius >= MIN_CELSIUS && celsius <= MAX_CELSIUS
        ? OptionalLong.of(celsius)
        : OptionalLong.empty();
  }

  short index() {
    return (short) reading.index();
  }

  @Nullable Integer memoryMib() {
    var total = reading.memoryTotalBytes();
    return total.isPresent() ? integer(total.getAsLong() / MIB, Integer.MAX_VALUE) : null;
  }

  @Nullable Short temperature() {
    var celsius = temperature(reading);
    return celsius.isPresent() ? (short) celsius.getAsLong() : null;
  }

  @Nullable Short usagePercent() {
    return percent(reading.usagePercent().orElse(Double.NaN));
  }

  @Nullable Short memoryPercent() {
    var used = reading.memoryUsedBytes();
    var total = reading.memoryTotalBytes();
    return isAtLeast(0, used) && isAtLeast(1, total)
        ? percent(100.0 * used.getAsLong() / total.getAsLong())
        : null;
  }

  @Nullable Integer powerWatts() {
    return integer(reading.powerWatts().orElse(Double.NaN), MAX_WATTS);
  }

  private static boolean isAtLeast(long min, OptionalLong value) {
    return value.isPresent() && value.getAsLong() >= min;
  }

  private static @Nullable Short percent(double value) {
    return Double.isFinite(value) ? (short) Math.round(Math.max(0, Math.min(100, value))) : null;
  }

  private static @Nullable Integer integer(double value, double most) {
    return value >= 0 && value <= most ? (int) Math.round(value) : null;
  }

  /** PostgreSQL takes every character but U+0000. */
  private static String text(String text) {
    var kept = text.replace("\0", "");
    return kept.codePointCount(0, kept.length()) <= MAX_TEXT
        ? kept
        : kept.substring(0, kept.offsetByCodePoints(0, MAX_TEXT));
  }
}
