package io.muster.aggregator.ingest;

import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One heartbeat with its sender, as a row holds it. */
record Beat(int clientRef, Heartbeat heartbeat) {
  OffsetDateTime at() {
    return Instant.ofEpochMilli(heartbeat.atMillis()).atOffset(ZoneOffset.UTC);
  }

  short cpuPercent() {
    return (short) heartbeat.cpuPercent();
  }

  short memoryPercent() {
    return (short) heartbeat.memoryPercent();
  }

  short diskPercent() {
    return (short) heartbeat.diskPercent();
  }

  short deviceCount() {
    return (short) heartbeat.devices().size();
  }

  Stream<Device> devices() {
    return heartbeat.devices().stream().map(reading -> new Device(this, reading));
  }

  /**
   * One device, as a row holds it. A reading that is missing, or that its column cannot hold, is
   * null.
   */
  record Device(Beat beat, DeviceReading reading) {
    private static final int MAX_TEXT = 255;
    private static final double MIB = 1 << 20;

    short index() {
      return (short) reading.index();
    }

    String uuid() {
      return text(reading.uuid());
    }

    String name() {
      return text(reading.name());
    }

    @Nullable Integer memoryMib() {
      var total = reading.memoryTotalBytes();
      return total.isPresent() ? integer(total.getAsLong() / MIB) : null;
    }

    @Nullable Short temperature() {
      var celsius = reading.temperatureCelsius().orElse(Long.MIN_VALUE);
      return celsius >= Short.MIN_VALUE && celsius <= Short.MAX_VALUE ? (short) celsius : null;
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
      return integer(reading.powerWatts().orElse(Double.NaN));
    }

    private static boolean isAtLeast(long min, OptionalLong value) {
      return value.isPresent() && value.getAsLong() >= min;
    }

    private static @Nullable Short percent(double value) {
      return Double.isFinite(value) ? (short) Math.round(Math.max(0, Math.min(100, value))) : null;
    }

    private static @Nullable Integer integer(double value) {
      return value >= 0 && value <= Integer.MAX_VALUE ? (int) Math.round(value) : null;
    }

    /** PostgreSQL takes every character but U+0000. */
    private static String text(String text) {
      var kept = text.replace("\0", "");
      return kept.codePointCount(0, kept.length()) <= MAX_TEXT
          ? kept
          : kept.substring(0, kept.offsetByCodePoints(0, MAX_TEXT));
    }
  }
}
