package io.muster.collector.heartbeat.spool;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Heartbeats of an 8-GPU host, distinguished by their instant. */
final class SpoolFixtures {
  static final String CLIENT = "6e1131b4b9cc454aa6ce3294ab860b2d";

  private SpoolFixtures() {}

  static Counter newLostCounter() {
    return new SimpleMeterRegistry().counter("lost");
  }

  static SpoolRecord spoolRecord(long atMillis) {
    var devices = IntStream.range(0, 8).mapToObj(index -> device(index, atMillis)).toList();
    return new SpoolRecord(
        CLIENT, new Heartbeat(atMillis, 7, 8, 21, 1200, 52_000, Optional.of(devices)));
  }

  /** Heartbeats of a host without GPUs: a fifth of the size. */
  static Queue<SpoolRecord> recordsWithoutDevices(long first, long last) {
    return new ArrayDeque<>(
        LongStream.rangeClosed(first, last).mapToObj(SpoolFixtures::recordWithoutDevices).toList());
  }

  private static SpoolRecord recordWithoutDevices(long atMillis) {
    return new SpoolRecord(
        CLIENT, new Heartbeat(atMillis, 7, 8, 21, 1200, 52_000, Optional.of(List.of())));
  }

  static Queue<SpoolRecord> spoolRecords(long first, long last) {
    return new ArrayDeque<>(
        LongStream.rangeClosed(first, last).mapToObj(SpoolFixtures::spoolRecord).toList());
  }

  static List<Long> instants(SpoolBatch batch) {
    return batch.records().stream().map(record -> record.heartbeat().atMillis()).toList();
  }

  /** Everything that is pending, in order. */
  static List<Long> pendingInstants(Spool spool) throws IOException {
    return instants(spool.peek(Integer.MAX_VALUE, 64 << 20));
  }

  private static DeviceReading device(long index, long seed) {
    return new DeviceReading(
        new DeviceIdentity(
            (int) index,
            "GPU-0f3c1d2e-%04x-2222-3333-%012x"
                .formatted(index * 4099, (index + 1) * 0x9E3779B97F4AL),
            "NVIDIA H200"),
        OptionalDouble.of((int) ((seed * 7 + index * 13) % 101)),
        new DeviceMemory(
            OptionalLong.of(68_719_476_736L + (seed * 31 + index) % 100_000 * 4096),
            OptionalLong.of(150_754_820_096L)),
        OptionalLong.of(40 + (seed + index) % 45),
        OptionalDouble.of(((seed * 977 + index * 331) % 700_000) / 1000.0),
        OptionalInt.of(87),
        Optional.empty());
  }
}
