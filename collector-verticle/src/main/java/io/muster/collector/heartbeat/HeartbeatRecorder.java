package io.muster.collector.heartbeat;

import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;

import io.muster.collector.source.HostReadings.NetworkCounters;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Readings;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.host.Storage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Converts frames of one host into heartbeats: the first frame of each interval, where intervals
 * are aligned to the wall clock. The sequence number determines which frame is newer, because the
 * clock may be set back. Confined to the context of its pipeline.
 */
final class HeartbeatRecorder {
  private static final NetworkCounters NO_TRANSFER = new NetworkCounters(0, 0);

  private final long intervalMillis;
  private final RecordedInstants recordedInstants;
  private @Nullable FrameHeader lastHeader;
  private @Nullable NetworkCounters lastCounters;

  HeartbeatRecorder(Duration interval) {
    this.intervalMillis = interval.toMillis();
    this.recordedInstants = new RecordedInstants(interval);
  }

  /** Returns true if the frame is newer than the last heartbeat and in another interval. */
  boolean isDue(FrameHeader header) {
    return lastHeader == null
        || (header.isNewerThan(lastHeader) && intervalIndex(header) != intervalIndex(lastHeader));
  }

  /**
   * Records a frame that is due. Empty if CPU or memory was not read; then the next frame is due
   * instead. For a host without a file system, disk usage is 0 %.
   *
   * @param gpus GPUs of the frame; empty if they are not known
   * @param network counters of the same pass as the frame; without them the heartbeat reports no
   *     transfer, and the next one includes it
   */
  Optional<Heartbeat> record(
      FrameHeader header,
      Readings readings,
      Optional<List<Gpu>> gpus,
      Optional<NetworkCounters> network) {
    var cpu =
        percent(
            readings.cpus().stream()
                .flatMapToDouble(reading -> reading.readings().utilization().stream())
                .average());
    var memory =
        percent(readings.memory().stream().mapToDouble(reading -> reading.utilization()).average());
    if (cpu.isEmpty() || memory.isEmpty()) {
      return Optional.empty();
    }
    var transferred = network.map(this::bytesSinceLast).orElse(NO_TRANSFER);
    var heartbeat =
        new Heartbeat(
            recordedInstants.claim(header.sampledAt().toEpochMilli()),
            cpu.getAsInt(),
            memory.getAsInt(),
            diskPercent(readings.storage()),
            transferred.sentBytes(),
            transferred.receivedBytes(),
            gpus.map(HeartbeatRecorder::devices));
    lastHeader = header;
    lastCounters = network.orElse(lastCounters);
    return Optional.of(heartbeat);
  }

  private long intervalIndex(FrameHeader header) {
    return Math.floorDiv(header.sampledAt().toEpochMilli(), intervalMillis);
  }

  /** Rounds half up and clamps to 0..100; empty if the value is empty or not finite. */
  private static OptionalInt percent(OptionalDouble value) {
    return value.stream()
        .filter(Double::isFinite)
        .mapToInt(percent -> (int) Math.round(Math.max(0, Math.min(100, percent))))
        .findFirst();
  }

  private static int diskPercent(List<Storage> storage) {
    var total = storage.stream().mapToDouble(Storage::totalBytes).sum();
    var available = storage.stream().mapToDouble(Storage::availableBytes).sum();
    return total > 0 ? percent(OptionalDouble.of(100 * (total - available) / total)).orElse(0) : 0;
  }

  private NetworkCounters bytesSinceLast(NetworkCounters current) {
    var last = Objects.requireNonNullElse(lastCounters, current);
    return new NetworkCounters(
        bytesSince(last.sentBytes(), current.sentBytes()),
        bytesSince(last.receivedBytes(), current.receivedBytes()));
  }

  /** Bytes since the previous value; a counter that fell was reset and counts from zero. */
  private static long bytesSince(long beforeBytes, long nowBytes) {
    var bytes = nowBytes >= beforeBytes ? nowBytes - beforeBytes : nowBytes;
    return Math.max(0, Math.min(Heartbeat.MAX_NETWORK_BYTES, bytes));
  }

  private static List<DeviceReading> devices(List<Gpu> gpus) {
    return IntStream.range(0, gpus.size())
        .mapToObj(index -> device(index, gpus.get(index)))
        .toList();
  }

  private static DeviceReading device(int index, Gpu gpu) {
    return new DeviceReading(
        new DeviceIdentity(index, gpu.uuid(), gpu.name()),
        gpu.value(UTILIZATION),
        new DeviceMemory(gpu.wholeValue(USED_MEMORY), gpu.wholeValue(TOTAL_MEMORY)),
        gpu.wholeValue(TEMPERATURE),
        gpu.value(POWER_CONSUMPTION),
        gpu.value(TEMPERATURE_THRESHOLD_SLOWDOWN).stream()
            .mapToInt(celsius -> (int) celsius)
            .findFirst(),
        Optional.empty());
  }
}
