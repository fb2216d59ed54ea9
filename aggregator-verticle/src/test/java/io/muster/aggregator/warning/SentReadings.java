package io.muster.aggregator.warning;

import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The readings of a host on which warnings depend.
 *
 * @param gpuCount empty if the host does not report its GPUs
 * @param celsius temperature of its first GPU
 * @param isFaulty true if that reports a fault
 */
record SentReadings(
    int memoryPercent,
    int diskPercent,
    Optional<Integer> gpuCount,
    long celsius,
    boolean isFaulty) {
  /** Returns the readings of a healthy host. */
  static SentReadings withGpus(int number) {
    return new SentReadings(20, 30, Optional.of(number), 50, false);
  }

  SentReadings withMemory(int percent) {
    return new SentReadings(percent, diskPercent, gpuCount, celsius, isFaulty);
  }

  SentReadings withDisk(int percent) {
    return new SentReadings(memoryPercent, percent, gpuCount, celsius, isFaulty);
  }

  SentReadings withCelsius(int value) {
    return new SentReadings(memoryPercent, diskPercent, gpuCount, value, isFaulty);
  }

  SentReadings withFault() {
    return new SentReadings(memoryPercent, diskPercent, gpuCount, celsius, true);
  }

  SentReadings withoutGpus() {
    return new SentReadings(memoryPercent, diskPercent, Optional.empty(), celsius, isFaulty);
  }

  Heartbeat heartbeat(Instant at) {
    return new Heartbeat(
        at.toEpochMilli(),
        10,
        memoryPercent,
        diskPercent,
        1000,
        2000,
        gpuCount.map(number -> IntStream.range(0, number).mapToObj(this::gpu).toList()));
  }

  private DeviceReading gpu(int index) {
    return new DeviceReading(
        new DeviceIdentity(index, "GPU-" + index, "NVIDIA H200"),
        OptionalDouble.of(50),
        new DeviceMemory(OptionalLong.empty(), OptionalLong.empty()),
        OptionalLong.of(index == 0 ? celsius : 40),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        index == 0 && isFaulty ? Optional.of("Xid 79") : Optional.empty());
  }
}
