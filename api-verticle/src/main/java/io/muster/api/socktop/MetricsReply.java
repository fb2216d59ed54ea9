package io.muster.api.socktop;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.NetworkInterface;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.Vitals.CpuVitals;
import io.muster.schema.inspection.Vitals.MemoryVitals;
import io.muster.schema.json.Flat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The fast-changing metrics, in the format of the client, which rejects a reply in which a required
 * key is missing or null.
 *
 * @param sampledAtMs time of collection by the host's clock; the client computes rates with it
 * @param disks always empty: a separate request returns the disks
 * @param topProcesses always empty: a separate request returns the processes
 * @param gpus null without a GPU
 */
@JsonPropertyOrder({
  "sampled_at_ms",
  "cpu_total",
  "cpu_per_core",
  "mem_total",
  "mem_used",
  "swap_total",
  "swap_used",
  "hostname",
  "cpu_temp_c",
  "disks",
  "networks",
  "top_processes",
  "gpus"
})
record MetricsReply(
    long sampledAtMs,
    @Flat CpuReply cpu,
    @Flat MemoryReply memory,
    String hostname,
    List<Object> disks,
    List<NetworkReply> networks,
    List<Object> topProcesses,
    Optional<List<GpuReply>> gpus) {

  static MetricsReply of(String host, Vitals vitals) {
    var gpus = vitals.gpus().stream().map(GpuReply::of).toList();
    return new MetricsReply(
        SafeValues.nonNegative(vitals.atMillis()),
        CpuReply.of(vitals.cpu()),
        MemoryReply.of(vitals.memory()),
        host,
        List.of(),
        vitals.networks().stream().map(NetworkReply::of).toList(),
        List.of(),
        gpus.isEmpty() ? Optional.empty() : Optional.of(gpus));
  }

  /**
   * The CPUs.
   *
   * @param cpuTotal 0 if not reported
   */
  record CpuReply(double cpuTotal, List<Double> cpuPerCore, OptionalDouble cpuTempC) {
    static CpuReply of(CpuVitals cpu) {
      return new CpuReply(
          SafeValues.percent(cpu.cpuPercent().orElse(0)),
          cpu.perCpuPercent().stream().map(SafeValues::percent).toList(),
          SafeValues.celsius(cpu.cpuCelsius()));
    }
  }

  /** The memory, bytes. */
  record MemoryReply(long memTotal, long memUsed, long swapTotal, long swapUsed) {
    static MemoryReply of(MemoryVitals memory) {
      return new MemoryReply(
          SafeValues.nonNegative(memory.memoryTotalBytes()),
          SafeValues.portion(memory.memoryUsedBytes(), memory.memoryTotalBytes()),
          SafeValues.nonNegative(memory.swapTotalBytes()),
          SafeValues.portion(memory.swapUsedBytes(), memory.swapTotalBytes()));
    }
  }

  /** One network interface; both counters in bytes since it came up. */
  record NetworkReply(String name, long received, long transmitted) {
    static NetworkReply of(NetworkInterface network) {
      return new NetworkReply(
          network.name(),
          SafeValues.nonNegative(network.receivedBytes()),
          SafeValues.nonNegative(network.sentBytes()));
    }
  }

  /**
   * One GPU: the keys that the client program reads, then those of the protocol document. No two
   * keys may be aliases of one field of the program, which would reject the whole reply.
   *
   * @param memUsedBytes left out, like the total, unless both are reported: the client's gauge
   *     crashes on a used size without a total
   */
  @JsonPropertyOrder({
    "name",
    "utilization_gpu_pct",
    "mem_used_bytes",
    "mem_total_bytes",
    "usage",
    "memory_total",
    "memory_used",
    "temp_c"
  })
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record GpuReply(
      String name,
      OptionalLong utilizationGpuPct,
      OptionalLong memUsedBytes,
      OptionalLong memTotalBytes,
      OptionalDouble usage,
      OptionalLong memoryTotal,
      OptionalLong memoryUsed,
      OptionalDouble tempC) {

    static GpuReply of(GpuVitals gpu) {
      var usage = gpu.utilizationPercent().stream().map(SafeValues::percent).findFirst();
      var total = gpu.totalMemoryBytes().orElse(0);
      var memoryKnown = total > 0 && gpu.usedMemoryBytes().isPresent();
      var memoryTotal = memoryKnown ? OptionalLong.of(total) : OptionalLong.empty();
      var memoryUsed =
          memoryKnown
              ? OptionalLong.of(SafeValues.portion(gpu.usedMemoryBytes().getAsLong(), total))
              : OptionalLong.empty();
      return new GpuReply(
          gpu.name(),
          usage.isPresent()
              ? OptionalLong.of(Math.round(usage.getAsDouble()))
              : OptionalLong.empty(),
          memoryUsed,
          memoryTotal,
          usage,
          memoryTotal,
          memoryUsed,
          SafeValues.celsius(gpu.celsius()));
    }
  }
}
