package io.muster.schema.gpu;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.schema.json.Sentinel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One accelerator at one instant: the 29 keys of all-smi's schema 1, and after {@code detail}
 * additional keys, which are left out of the JSON if empty.
 *
 * @param uuid identity of the device; on NVIDIA NVML's {@code GPU-...}
 * @param time local time of the reading, {@code YYYY-MM-DD HH:MM:SS}
 * @param name marketing name
 * @param deviceType {@code GPU}, {@code NPU} or {@code TPU}
 * @param hostId host of the device
 * @param hostname name of the same host
 * @param instance the same host, as the Prometheus label {@code instance}
 * @param utilization share of the driver's sample period with work running, percent 0..100; written
 *     as -1.0 when empty (NVML getUtilizationRates.gpu)
 * @param aneUtilization power of the neural engine, mW, Apple only; written as 0.0 when empty
 * @param dlaUtilization utilization of the deep-learning accelerators, percent summed over the
 *     engines, Jetson only
 * @param tensorcoreUtilization percent 0..100, TPU only
 * @param temperature of the chip, °C; written as 0 when empty (NVML getTemperature)
 * @param usedMemory bytes in use, excluding memory reserved by the driver; written as 0 when empty
 *     (NVML memory v2)
 * @param totalMemory bytes; written as 0 when empty
 * @param frequency graphics clock, MHz; written as 0 when empty (NVML getClockInfo)
 * @param powerConsumption board draw, W; written as -1.0 when empty (NVML getPowerUsage mW / 1000)
 * @param gpuCoreCount GPU cores, Apple and TPU only
 * @param temperatureThresholdSlowdown temperature at which the clocks are reduced, °C
 * @param temperatureThresholdShutdown temperature at which the device shuts down, °C
 * @param temperatureThresholdMaxOperating highest specified operating temperature, °C
 * @param temperatureThresholdAcoustic target temperature of the acoustic limit, °C
 * @param performanceState 0 (fastest) to 15
 * @param fanSpeedRpm revolutions per minute; NVML reports a percentage only, hence empty on NVIDIA
 * @param numaNodeId NUMA node of the device
 * @param gspFirmwareMode 0 disabled, 1 enabled, 2 default
 * @param gspFirmwareVersion version of the GPU system processor's firmware
 * @param nvlinkRemoteDevices one entry for each active NVLink, sorted by link
 * @param gpmMetrics readings of the performance monitor; empty if the device has none
 * @param detail other values reported by the vendor, as text
 * @param energyConsumedJoules energy consumed since this GPU was first seen, J; never decreases,
 *     even across restarts of the collector
 * @param mig partitions of the GPU; empty if the GPU cannot be partitioned
 */
public record Gpu(
    String uuid,
    String time,
    String name,
    String deviceType,
    String hostId,
    String hostname,
    String instance,
    @Sentinel.MinusOne OptionalDouble utilization,
    @Sentinel.ZeroPointZero OptionalDouble aneUtilization,
    OptionalDouble dlaUtilization,
    OptionalDouble tensorcoreUtilization,
    @Sentinel.Zero OptionalLong temperature,
    @Sentinel.Zero OptionalLong usedMemory,
    @Sentinel.Zero OptionalLong totalMemory,
    @Sentinel.Zero OptionalLong frequency,
    @Sentinel.MinusOne OptionalDouble powerConsumption,
    OptionalInt gpuCoreCount,
    OptionalInt temperatureThresholdSlowdown,
    OptionalInt temperatureThresholdShutdown,
    OptionalInt temperatureThresholdMaxOperating,
    OptionalInt temperatureThresholdAcoustic,
    OptionalInt performanceState,
    OptionalInt fanSpeedRpm,
    OptionalInt numaNodeId,
    OptionalInt gspFirmwareMode,
    Optional<String> gspFirmwareVersion,
    List<NvlinkRemoteDevice> nvlinkRemoteDevices,
    Optional<GpmMetrics> gpmMetrics,
    Map<String, String> detail,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalDouble energyConsumedJoules,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Mig> mig) {
  public Gpu {
    nvlinkRemoteDevices = List.copyOf(nvlinkRemoteDevices);
    detail = Map.copyOf(detail);
  }

  private Gpu(Gpu gpu, OptionalDouble energyConsumedJoules, Optional<Mig> mig) {
    this(
        gpu.uuid,
        gpu.time,
        gpu.name,
        gpu.deviceType,
        gpu.hostId,
        gpu.hostname,
        gpu.instance,
        gpu.utilization,
        gpu.aneUtilization,
        gpu.dlaUtilization,
        gpu.tensorcoreUtilization,
        gpu.temperature,
        gpu.usedMemory,
        gpu.totalMemory,
        gpu.frequency,
        gpu.powerConsumption,
        gpu.gpuCoreCount,
        gpu.temperatureThresholdSlowdown,
        gpu.temperatureThresholdShutdown,
        gpu.temperatureThresholdMaxOperating,
        gpu.temperatureThresholdAcoustic,
        gpu.performanceState,
        gpu.fanSpeedRpm,
        gpu.numaNodeId,
        gpu.gspFirmwareMode,
        gpu.gspFirmwareVersion,
        gpu.nvlinkRemoteDevices,
        gpu.gpmMetrics,
        gpu.detail,
        energyConsumedJoules,
        mig);
  }

  /** Returns a copy with this energy counter. */
  public Gpu withEnergyConsumedJoules(OptionalDouble joules) {
    return new Gpu(this, joules, mig);
  }

  /** Returns a copy with these partitions. */
  public Gpu withMig(Optional<Mig> partitions) {
    return new Gpu(this, energyConsumedJoules, partitions);
  }
}
