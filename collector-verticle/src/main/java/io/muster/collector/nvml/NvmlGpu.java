package io.muster.collector.nvml;

import io.muster.collector.nvml.NvmlDetail.DynamicDetail;
import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlException;
import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One GPU across sessions: its facts are retained while it does not respond, its readings are not.
 * Used by the lane's thread only.
 */
final class NvmlGpu {
  private static final String DEVICE_TYPE = "GPU";

  private final String uuid;
  private final ReadFailures failures;
  private NvmlLinks links = new NvmlLinks();
  private NvmlMig mig = new NvmlMig();
  private NvmlFacts facts = NvmlFacts.UNKNOWN;
  private DynamicDetail dynamicDetail =
      new DynamicDetail(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
  private Map<String, String> detail = Map.of();
  private @Nullable NvmlDevice device;
  private @Nullable NvmlException detachCause;

  NvmlGpu(String uuid, ReadFailures failures) {
    this.uuid = uuid;
    this.failures = failures;
  }

  String uuid() {
    return uuid;
  }

  String name() {
    return facts.name();
  }

  /** Returns true if the driver returned a handle, even if the GPU is lost. */
  boolean isAttached() {
    return device != null;
  }

  /**
   * Returns the device in the current session; empty if the driver returns no handle or the GPU is
   * lost.
   */
  Optional<NvmlDevice> usableDevice() {
    return Optional.ofNullable(device).filter(attached -> !attached.isLost());
  }

  /** Attaches the GPU to a handle of the driver and reads the facts. */
  void attach(NvmlDevice attachedDevice) {
    device = attachedDevice;
    detachCause = null;
    links = new NvmlLinks();
    mig = new NvmlMig();
    refreshFacts();
  }

  /** Detaches the GPU because the driver returned no handle. */
  void detach(NvmlException cause) {
    device = null;
    detachCause = cause;
  }

  /** Detaches the GPU because the session has ended; the cause is reported elsewhere. */
  void detach() {
    device = null;
    detachCause = null;
  }

  /** Reads the facts again; retains the old ones if the GPU is lost during the read. */
  void refreshFacts() {
    if (device == null) {
      return;
    }
    device.beginRead();
    var newFacts = NvmlFacts.read(device);
    if (!device.isLost()) {
      facts = newFacts;
      detail = NvmlDetail.combine(facts.detail(), dynamicDetail);
    }
  }

  /** Reads the GPU once; a failed reading is empty, and the failure is reported. */
  Gpu read(ReadRequest request) {
    if (detachCause != null) {
      failures.report(uuid, detachCause);
    }
    if (device == null) {
      return gpu(request, NvmlGpuReadings.NONE);
    }
    device.beginRead();
    var readings = NvmlGpuReadings.read(device, links, mig);
    if (device.isLost()) {
      return gpu(request, NvmlGpuReadings.NONE);
    }
    if (!readings.dynamicDetail().equals(dynamicDetail)) {
      dynamicDetail = readings.dynamicDetail();
      detail = NvmlDetail.combine(facts.detail(), dynamicDetail);
    }
    return gpu(request, readings);
  }

  private Gpu gpu(ReadRequest request, NvmlGpuReadings readings) {
    var memory = readings.memory();
    return new Gpu(
        uuid,
        request.localTime(),
        facts.name(),
        DEVICE_TYPE,
        request.hostname(),
        request.hostname(),
        request.hostname(),
        readings.utilizationPercent(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        readings.temperatureCelsius(),
        memory.map(usage -> OptionalLong.of(usage.usedBytes())).orElse(OptionalLong.empty()),
        memory.map(usage -> OptionalLong.of(usage.totalBytes())).orElse(OptionalLong.empty()),
        readings.graphicsClockMhz(),
        readings.powerWatts(),
        OptionalInt.empty(),
        facts.slowdownCelsius(),
        facts.shutdownCelsius(),
        facts.maxOperatingCelsius(),
        facts.acousticCelsius(),
        readings.dynamicDetail().performanceState(),
        OptionalInt.empty(),
        facts.numaNodeId(),
        facts.gspMode(),
        facts.gspVersion(),
        readings.links(),
        facts.gpmMetrics(),
        readings.equals(NvmlGpuReadings.NONE) ? facts.detail() : detail,
        readings.energyJoules(),
        readings.mig());
  }

  /** Readings of one tick. */
  private record NvmlGpuReadings(
      OptionalDouble utilizationPercent,
      Optional<NvmlMemory> memory,
      OptionalLong temperatureCelsius,
      OptionalLong graphicsClockMhz,
      OptionalDouble powerWatts,
      OptionalDouble energyJoules,
      DynamicDetail dynamicDetail,
      List<NvlinkRemoteDevice> links,
      Optional<Mig> mig) {
    static final NvmlGpuReadings NONE =
        new NvmlGpuReadings(
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            new DynamicDetail(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()),
            List.of(),
            Optional.empty());

    static NvmlGpuReadings read(NvmlDevice device, NvmlLinks links, NvmlMig mig) {
      return new NvmlGpuReadings(
          readUtilizationPercent(device),
          NvmlMemory.read(device),
          readTemperatureCelsius(device),
          toLong(device.value(NvmlFunction.CLOCK, NvmlBinding.CLOCK_GRAPHICS)),
          toWatts(device.value(NvmlFunction.POWER_USAGE)),
          readEnergyJoules(device),
          new DynamicDetail(
              readPerformanceState(device),
              device.value(NvmlFunction.PCIE_GENERATION),
              device.value(NvmlFunction.PCIE_WIDTH)),
          links.read(device),
          mig.read(device));
    }

    /** {@code nvmlUtilization_t}: gpu, memory. */
    private static OptionalDouble readUtilizationPercent(NvmlDevice device) {
      var rates =
          device.struct(NvmlFunction.UTILIZATION, 0).map((ByteBuffer buffer) -> buffer.getInt(0));
      return rates.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    /**
     * Calls the old function if the driver supports it, else reads {@code nvmlTemperature_v1_t}.
     */
    private static OptionalLong readTemperatureCelsius(NvmlDevice device) {
      var celsius = device.value(NvmlFunction.TEMPERATURE, NvmlBinding.TEMPERATURE_GPU);
      if (celsius.isPresent() || !device.isUnsupported(NvmlFunction.TEMPERATURE)) {
        return toLong(celsius);
      }
      return device
          .struct(NvmlFunction.TEMPERATURE_V, NvmlBinding.TEMPERATURE_VERSION)
          .map(temperature -> OptionalLong.of(temperature.getInt(8)))
          .orElse(OptionalLong.empty());
    }

    private static OptionalInt readPerformanceState(NvmlDevice device) {
      var state = device.value(NvmlFunction.PERFORMANCE_STATE);
      return state.orElse(0) == NvmlBinding.PSTATE_UNKNOWN ? OptionalInt.empty() : state;
    }

    private static OptionalLong toLong(OptionalInt value) {
      return value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty();
    }

    /** Converts the milliwatts of NVML. */
    private static OptionalDouble toWatts(OptionalInt milliwatts) {
      return milliwatts.isPresent()
          ? OptionalDouble.of(milliwatts.getAsInt() / 1000.0)
          : OptionalDouble.empty();
    }

    /**
     * Reads the energy since the driver was loaded; NVML reports millijoules, as an unsigned long
     * long.
     */
    private static OptionalDouble readEnergyJoules(NvmlDevice device) {
      var millijoules =
          device.struct(NvmlFunction.TOTAL_ENERGY, 0).map(buffer -> buffer.getLong(0));
      return millijoules.map(mj -> OptionalDouble.of(mj / 1000.0)).orElse(OptionalDouble.empty());
    }
  }
}
