package io.muster.api.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.Vitals;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The hardware of a host: the keys of the protocol document in their order, then {@code host}.
 *
 * @param type {@code system_info}
 * @param cpuCount logical CPUs
 * @param cpuModel {@code Unknown} if not reported
 * @param ramTotalMb MiB
 * @param gpuCount number of elements of {@code gpus}
 * @param hostname the host's name
 * @param timestamp time of collection, seconds since the epoch
 * @param host the same name, for {@code ?host=}
 */
@JsonPropertyOrder({
  "type",
  "cpu_count",
  "cpu_model",
  "ram_total_mb",
  "gpu_count",
  "gpus",
  "hostname",
  "timestamp",
  "host"
})
record SystemMessage(
    String type,
    int cpuCount,
    String cpuModel,
    long ramTotalMb,
    int gpuCount,
    List<SystemGpu> gpus,
    String hostname,
    long timestamp,
    String host) {
  private static final String UNKNOWN = "Unknown";

  SystemMessage {
    gpus = List.copyOf(gpus);
  }

  static SystemMessage of(String host, Vitals vitals, long timestamp) {
    var gpus = vitals.gpus();
    return new SystemMessage(
        "system_info",
        vitals.cpu().perCpuPercent().size(),
        vitals.cpu().cpuModel().isBlank() ? UNKNOWN : vitals.cpu().cpuModel(),
        UsageValues.mebibytes(vitals.memory().memoryTotalBytes()),
        gpus.size(),
        IntStream.range(0, gpus.size())
            .mapToObj(index -> SystemGpu.of(index, gpus.get(index)))
            .toList(),
        host,
        timestamp,
        host);
  }

  /** Returns true if both messages are equal except for the timestamp. */
  boolean isSameSystem(SystemMessage other) {
    return equals(other.withTimestamp(timestamp));
  }

  private SystemMessage withTimestamp(long newTimestamp) {
    return new SystemMessage(
        type, cpuCount, cpuModel, ramTotalMb, gpuCount, gpus, hostname, newTimestamp, host);
  }

  /**
   * One GPU.
   *
   * @param memoryMb MiB; left out if not reported
   */
  @JsonPropertyOrder({"index", "name", "memory_mb"})
  record SystemGpu(
      int index, String name, @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalLong memoryMb) {
    private static SystemGpu of(int index, GpuVitals gpu) {
      var gpuMemoryMb =
          gpu.totalMemoryBytes().stream()
              .filter(bytes -> bytes > 0)
              .map(UsageValues::mebibytes)
              .findFirst();
      return new SystemGpu(index, gpu.name(), gpuMemoryMb);
    }
  }
}
