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
 * One accelerator at one instant: the 29 keys of all-smi's schema 1, and after {@code detail} keys
 * of our own, which are left out of the JSON while they are empty.
 *
 * @param uuid identity of the device; on NVIDIA NVML's {@code GPU-...}
 * @param time local time of the reading, {@code YYYY-MM-DD HH:MM:SS}
 * @param name marketing name
 * @param deviceType {@code GPU}, {@code NPU} or {@code TPU}
 * @param hostId host that the device sits in
 * @param hostname the same host, by name
 * @param instance the same host, as Prometheus' instance label
 * @param utilization share of the driver's sample period with work running, percent 0..100; written
 *     as -1.0 when empty (NVML getUtilizationRates.gpu)
 * @param aneUtilization power of the neural engine, mW, Apple only; written as 0.0 when empty
 * @param dlaUtilization deep-learning accelerators, percent summed over the engines, Jetson only
 * @param tensorcoreUtilization percent 0..100, TPU only
 * @param temperature of the chip, °C; written as 0 when empty (NVML getTemperature)
 * @param usedMemory bytes in use, without what the driver reserves; written as 0 when empty (NVML
 *     memory v2)
 * @param totalMemory bytes; written as 0 when empty
 * @param frequency graphics clock, MHz; written as 0 when empty (NVML getClockInfo)
 * @param powerConsumption board draw, W; written as -1.0 when empty (NVML getPowerUsage mW / 1000)
 * @param gpuCoreCount GPU cores, Apple and TPU only
 * @param temperatureThresholdSlowdown °C at which the clocks are cut
 * @param temperatureThresholdShutdown °C at which the device turns itself off
 * @param temperatureThresholdMaxOperating °C up to which it is specified
 * @param temperatureThresholdAcoustic °C that the acoustic limit aims at
 * @param performanceState 0 (fastest) to 15
 * @param fanSpeedRpm revolutions per minute; NVML reports a percentage only, hence empty on NVIDIA
 * @param numaNodeId NUMA node that the device hangs on
 * @param gspFirmwareMode 0 disabled, 1 enabled, 2 the default
 * @param gspFirmwareVersion version of the GPU system processor's firmware
 * @param nvlinkRemoteDevices one entry for each active NVLink, by link
 * @param gpmMetrics readings of the performance monitor; empty where the device has none
 * @param detail what else the vendor tells, as text
 * @param energyConsumedJoules energy drawn since this GPU was first seen, J; never falls, restarts
 *     of the collector included
 * @param mig partitions of the GPU; empty where the GPU cannot be partitioned
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

  /** The same GPU with its energy counter filled in. */
  public Gpu withEnergyConsumedJoules(OptionalDouble joules) {
    return new Gpu(this, joules, mig);
  }

  /** The same GPU with its partitions filled in. */
  public Gpu withMig(Optional<Mig> partitions) {
    return new Gpu(this, energyConsumedJoules, partitions);
  }
}
