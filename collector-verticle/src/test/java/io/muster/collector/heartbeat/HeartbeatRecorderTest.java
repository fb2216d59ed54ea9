package io.muster.collector.heartbeat;

import static io.muster.collector.heartbeat.HeartbeatFrameFixtures.NOON;
import static io.muster.collector.heartbeat.HeartbeatFrameFixtures.disk;
import static io.muster.collector.heartbeat.HeartbeatFrameFixtures.header;
import static io.muster.collector.heartbeat.HeartbeatFrameFixtures.memory;
import static io.muster.collector.heartbeat.HeartbeatFrameFixtures.readings;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.source.HostReadings.NetworkCounters;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Readings;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.host.Storage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HeartbeatRecorderTest {
  private static final long MAX_BYTES = Heartbeat.MAX_NETWORK_BYTES;
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final HeartbeatRecorder recorder = new HeartbeatRecorder(INTERVAL);
  private long sequence;

  @Test
  void record_completeFrame_copiesItsReadings() {
    var heartbeat = record(NOON, readings(7.5), 0, 0).orElseThrow();

    assertThat(heartbeat.atMillis()).isEqualTo(NOON.toEpochMilli());
    assertThat(heartbeat.cpuPercent()).as("half up").isEqualTo(8);
    assertThat(heartbeat.memoryPercent()).isEqualTo(8);
    assertThat(heartbeat.diskPercent()).as("249 of 1000").isEqualTo(25);
    assertThat(heartbeat.devices())
        .contains(
            List.of(
                device(0, "GPU-a", OptionalDouble.of(87)),
                device(1, "GPU-b", OptionalDouble.empty())));
  }

  @Test
  void record_gpus_unknownOnesAreNotReportedAndNoneIsAnEmptyList() {
    var readings = readings(1);

    assertThat(recorder.record(header(1, NOON), readings, Optional.empty(), Optional.empty()))
        .map(Heartbeat::devices)
        .contains(Optional.empty());
    assertThat(recorder.record(header(2, NOON), readings, Optional.of(List.of()), Optional.empty()))
        .map(Heartbeat::devices)
        .contains(Optional.of(List.of()));
  }

  @Test
  void record_percentOutsideItsRange_isClamped() {
    assertThat(record(NOON, readings(100.4), 0, 0).orElseThrow().cpuPercent()).isEqualTo(100);
    assertThat(record(NOON.plus(INTERVAL), readings(-3), 0, 0).orElseThrow().cpuPercent()).isZero();
    assertThat(
            record(NOON.plusSeconds(20), readingsWith(130, List.of(disk("/", 10, 20))), 0, 0)
                .orElseThrow())
        .returns(100, Heartbeat::memoryPercent)
        .returns(0, Heartbeat::diskPercent);
  }

  @Test
  void record_cpuNotRead_skipsTheFrameAndTakesTheNext() {
    assertThat(record(NOON, readings(OptionalDouble.empty()), 0, 0)).isEmpty();
    assertThat(record(NOON.plusSeconds(3), readings(Double.NaN), 0, 0)).isEmpty();
    assertThat(record(NOON.plusSeconds(6), readings(1), 0, 0)).isPresent();
  }

  @Test
  void record_noFileSystem_reportsZeroPercent() {
    assertThat(record(NOON, readingsWith(50, List.of()), 0, 0).orElseThrow().diskPercent())
        .isZero();
  }

  @Test
  void isDue_everyThreeSeconds_takesTheFirstOfEachAlignedInterval() {
    var recordedSeconds = new ArrayList<Long>();
    for (var second = 5; second < 60; second += 3) {
      record(NOON.plusSeconds(second), readings(1), 0, 0)
          .ifPresent(
              heartbeat ->
                  recordedSeconds.add((heartbeat.atMillis() - NOON.toEpochMilli()) / 1000));
    }
    assertThat(recordedSeconds).containsExactly(5L, 11L, 20L, 32L, 41L, 50L);
  }

  @Test
  void isDue_sameOrOlderFrame_isFalse() {
    var newest = header(7, NOON);
    record(newest, readings(1), Optional.empty());

    assertThat(recorder.isDue(newest)).isFalse();
    assertThat(recorder.isDue(header(6, NOON.plusSeconds(60)))).isFalse();
    assertThat(recorder.isDue(header(8, NOON.plusSeconds(60)))).isTrue();
  }

  @Test
  void record_networkCounters_countSinceThePreviousHeartbeat() {
    assertNetwork(record(NOON, readings(1), 5000, 70_000), 0, 0);
    assertNetwork(record(NOON.plusSeconds(10), readings(1), 5100, 70_900), 100, 900);
    assertThat(record(NOON.plusSeconds(13), readings(1), 6000, 71_000)).isEmpty();
    assertNetwork(record(NOON.plusSeconds(20), readings(1), 6100, 71_900), 1000, 1000);
  }

  @Test
  void record_networkCountersReset_countFromZeroAndNeverNegative() {
    record(NOON, readings(1), 5000, 70_000);
    assertNetwork(record(NOON.plusSeconds(10), readings(1), 40, 71_000), 40, 1000);
    assertNetwork(record(NOON.plusSeconds(20), readings(1), Long.MAX_VALUE, 71_000), MAX_BYTES, 0);
  }

  @Test
  void record_networkNotRead_isCountedByTheNext() {
    record(NOON, readings(1), 100, 100);
    assertNetwork(record(header(50, NOON.plusSeconds(10)), readings(1), Optional.empty()), 0, 0);
    sequence = 50;
    assertNetwork(record(NOON.plusSeconds(20), readings(1), 130, 140), 30, 40);
  }

  @Test
  void record_clockSetBackByAnHour_neverRepeatsAnInstant() {
    var instants = new HashSet<Long>();
    var recorded = 0;
    for (var pass = 0; pass < 3; pass++) {
      for (var second = 0; second < 3600; second += 10) {
        // The same clock readings to the millisecond, in each of the three hours.
        var at = NOON.plusSeconds(second);
        var heartbeat = record(at, readings(1), 0, 0).orElseThrow();
        recorded++;
        instants.add(heartbeat.atMillis());
        assertThat(at.toEpochMilli() - heartbeat.atMillis()).as("never newer").isBetween(0L, 2L);
      }
    }
    assertThat(instants).hasSize(recorded).hasSize(3 * 360);
  }

  @Test
  void record_clockSetForward_stillRecords() {
    record(NOON, readings(1), 0, 0);
    assertThat(record(NOON.plus(Duration.ofDays(1)), readings(1), 0, 0)).isPresent();
    assertThat(record(NOON.plusSeconds(20), readings(1), 0, 0)).as("and back again").isPresent();
  }

  private Optional<Heartbeat> record(
      Instant at, Readings readings, long sentBytes, long receivedBytes) {
    var header = header(++sequence, at);
    return recorder.isDue(header)
        ? record(header, readings, Optional.of(new NetworkCounters(sentBytes, receivedBytes)))
        : Optional.empty();
  }

  private Optional<Heartbeat> record(
      FrameHeader header, Readings readings, Optional<NetworkCounters> network) {
    return recorder.record(header, readings, Optional.of(readings.gpus()), network);
  }

  private static void assertNetwork(Optional<Heartbeat> heartbeat, long upBytes, long downBytes) {
    assertThat(heartbeat.orElseThrow())
        .returns(upBytes, Heartbeat::networkUpBytes)
        .returns(downBytes, Heartbeat::networkDownBytes);
  }

  private static Readings readingsWith(double memoryPercent, List<Storage> storage) {
    var usual = readings(1);
    return new Readings(
        usual.gpus(), usual.cpus(), List.of(memory(memoryPercent)), List.of(), List.of(), storage);
  }

  private static DeviceReading device(int index, String uuid, OptionalDouble usage) {
    return new DeviceReading(
        new DeviceIdentity(index, uuid, "NVIDIA H200"),
        usage,
        new DeviceMemory(OptionalLong.of(68_719_476_736L), OptionalLong.of(150_754_820_096L)),
        OptionalLong.of(54),
        OptionalDouble.of(412.3),
        OptionalInt.empty(),
        Optional.empty());
  }
}
