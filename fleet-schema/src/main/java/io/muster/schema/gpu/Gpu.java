package io.muster.schema.gpu;

import io.muster.schema.json.Sentinel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One accelerator at one instant: the 29 keys of all-smi's schema 1.
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
    Map<String, String> detail) {
  public Gpu {
    nvlinkRemoteDevices = List.copyOf(nvlinkRemoteDevices);
    detail = Map.copyOf(detail);
  }
}
