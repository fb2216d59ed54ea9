package io.muster.api.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.Vitals.MemoryVitals;
import io.muster.schema.json.Flat;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The usage of a host: the keys of the protocol document in their order, then {@code host} and
 * {@code gpus}. Values that are not reported are left out.
 *
 * @param type {@code usage_update}
 * @param cpuPercent 0..100, one decimal
 * @param timestamp time of collection, seconds since the epoch
 * @param host the host's name
 * @param gpus each GPU
 */
@JsonPropertyOrder({
  "type",
  "cpu_percent",
  "ram_percent",
  "ram_used_mb",
  "ram_total_mb",
  "gpu_percent",
  "gpu_mem_used_mb",
  "gpu_mem_total_mb",
  "timestamp",
  "host",
  "gpus"
})
record UpdateMessage(
    String type,
    double cpuPercent,
    @Flat UpdateMemory memory,
    @Flat UpdateGpuUsage gpuUsage,
    long timestamp,
    String host,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<UpdateGpu> gpus) {
  UpdateMessage {
    gpus = List.copyOf(gpus);
  }

  /** Creates the message; the caller has checked that the vitals contain the CPU percentage. */
  static UpdateMessage of(
      String host, Vitals vitals, double cpuPercent, GpuAggregation gpuAggregation) {
    return new UpdateMessage(
        "usage_update",
        UsageValues.percent(cpuPercent),
        UpdateMemory.of(vitals.memory()),
        UpdateGpuUsage.of(gpuAggregation.aggregate(vitals.gpus())),
        UsageSample.collectedAtSeconds(vitals),
        host,
        gpus(vitals.gpus()));
  }

  private static List<UpdateGpu> gpus(List<GpuVitals> gpus) {
    return IntStream.range(0, gpus.size())
        .mapToObj(index -> UpdateGpu.of(index, gpus.get(index)))
        .toList();
  }

  /**
   * The memory of the host.
   *
   * @param ramPercent used / total, 0..100
   * @param ramUsedMb total - available, MiB
   * @param ramTotalMb MiB
   */
  record UpdateMemory(double ramPercent, long ramUsedMb, long ramTotalMb) {
    private static UpdateMemory of(MemoryVitals memory) {
      var totalBytes = memory.memoryTotalBytes();
      var usedBytes = Math.min(memory.memoryUsedBytes(), totalBytes);
      return new UpdateMemory(
          UsageValues.percent(100.0 * usedBytes / totalBytes),
          UsageValues.mebibytes(usedBytes),
          UsageValues.mebibytes(totalBytes));
    }
  }

  /**
   * The GPUs of the host together; what is not reported is left out.
   *
   * @param gpuPercent 0..100
   * @param gpuMemUsedMb MiB; only beside {@code gpu_percent}
   * @param gpuMemTotalMb MiB; only beside {@code gpu_mem_used_mb}
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record UpdateGpuUsage(
      OptionalInt gpuPercent, OptionalLong gpuMemUsedMb, OptionalLong gpuMemTotalMb) {
    private static UpdateGpuUsage of(GpuAggregation.GpuUsage usage) {
      return new UpdateGpuUsage(usage.wholePercent(), usage.usedMemoryMb(), usage.totalMemoryMb());
    }
  }

  /**
   * One GPU; values that its driver does not report are left out.
   *
   * @param memUsedMb MiB; only beside {@code mem_total_mb}
   * @param tempC °C, one decimal
   * @param powerW W, one decimal
   */
  @JsonPropertyOrder({"index", "gpu_percent", "mem_used_mb", "mem_total_mb", "temp_c", "power_w"})
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record UpdateGpu(
      int index,
      OptionalInt gpuPercent,
      OptionalLong memUsedMb,
      OptionalLong memTotalMb,
      OptionalDouble tempC,
      OptionalDouble powerW) {
    private static UpdateGpu of(int index, GpuVitals gpu) {
      var gpuUsage = GpuAggregation.GpuUsage.of(gpu);
      return new UpdateGpu(
          index,
          gpuUsage.wholePercent(),
          gpuUsage.usedMemoryMb(),
          gpuUsage.totalMemoryMb(),
          UsageValues.roundToTenths(gpu.celsius()),
          UsageValues.roundToTenths(gpu.powerWatts()));
    }
  }
}
