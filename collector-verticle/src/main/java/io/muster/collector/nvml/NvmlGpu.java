package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.CLOCK_GRAPHICS;

import io.muster.collector.nvml.NvmlDetail.DynamicDetail;
import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlException;
import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuIdentity;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.gpu.GpuState;
import io.muster.schema.gpu.GpuValues;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One GPU across sessions: its facts are retained while it does not respond, its readings are not.
 * Used by the lane's thread only.
 */
final class NvmlGpu {
  private final String uuid;
  private final ReadFailures failures;
  private NvmlLinks links = new NvmlLinks();
  private NvmlMig mig = new NvmlMig();
  private NvmlFacts facts = NvmlFacts.UNKNOWN;
  private DynamicDetail dynamicDetail = DynamicDetail.NONE;
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
      return withoutReadings(request);
    }
    device.beginRead();
    var readings = NvmlGpuReadings.read(device, facts, links, mig);
    if (device.isLost()) {
      return withoutReadings(request);
    }
    if (!readings.dynamicDetail().equals(dynamicDetail)) {
      dynamicDetail = readings.dynamicDetail();
      detail = NvmlDetail.combine(facts.detail(), dynamicDetail);
    }
    return gpu(request, readings, detail);
  }

  private Gpu withoutReadings(ReadRequest request) {
    return gpu(request, NvmlGpuReadings.none(facts), facts.detail());
  }

  private Gpu gpu(
      ReadRequest request, NvmlGpuReadings readings, Map<String, String> currentDetail) {
    return new Gpu(
        GpuIdentity.ofGpu(uuid, facts.name()),
        request.origin(),
        readings.values(),
        facts.gspVersion(),
        readings.links(),
        facts.gpmMetrics(),
        currentDetail,
        readings.mig(),
        state(readings.values()));
  }

  /** Returns the state after this read; empty if nothing is wrong. */
  private Optional<GpuState> state(GpuValues values) {
    return Optional.of(failures.state(uuid, GpuState.isReadable(values)))
        .filter(state -> state != GpuState.OK);
  }

  /**
   * Readings of one tick.
   *
   * @param values those of the facts, and those that change with the load
   */
  private record NvmlGpuReadings(
      GpuValues values,
      DynamicDetail dynamicDetail,
      List<NvlinkRemoteDevice> links,
      Optional<Mig> mig) {

    static NvmlGpuReadings none(NvmlFacts facts) {
      return new NvmlGpuReadings(facts.values(), DynamicDetail.NONE, List.of(), Optional.empty());
    }

    static NvmlGpuReadings read(NvmlDevice device, NvmlFacts facts, NvmlLinks links, NvmlMig mig) {
      var values = readValues(device, facts.values().toBuilder());
      return new NvmlGpuReadings(
          values,
          new DynamicDetail(
              values.wholeValue(GpuReading.PERFORMANCE_STATE),
              device.value(NvmlFunction.PCIE_GENERATION),
              device.value(NvmlFunction.PCIE_WIDTH)),
          links.read(device),
          mig.read(device));
    }

    /** Reads the values that change with the load, and adds them to those of the facts. */
    private static GpuValues readValues(NvmlDevice device, GpuValues.Builder values) {
      // nvmlUtilization_t: gpu, memory
      var rates = device.struct(NvmlFunction.UTILIZATION, 0);
      values.with(GpuReading.UTILIZATION, rates.map(buffer -> buffer.getInt(0)));
      var memory = NvmlMemory.read(device);
      values.with(GpuReading.USED_MEMORY, memory.map(NvmlMemory::usedBytes));
      values.with(GpuReading.TOTAL_MEMORY, memory.map(NvmlMemory::totalBytes));
      values.with(GpuReading.TEMPERATURE, temperatureCelsius(device));
      values.with(GpuReading.FREQUENCY, device.value(NvmlFunction.CLOCK, CLOCK_GRAPHICS));
      var milliwatts = device.value(NvmlFunction.POWER_USAGE).stream();
      values.with(
          GpuReading.POWER_CONSUMPTION, milliwatts.mapToDouble(mw -> mw / 1000.0).findFirst());
      // millijoules since the driver was loaded, an unsigned long long
      var energy = device.struct(NvmlFunction.TOTAL_ENERGY, 0);
      values.with(
          GpuReading.ENERGY_CONSUMED_JOULES, energy.map(buffer -> buffer.getLong(0) / 1000.0));
      values.with(GpuReading.PERFORMANCE_STATE, performanceState(device));
      return values.build();
    }

    /**
     * Calls the old function if the driver supports it, else reads {@code nvmlTemperature_v1_t}.
     */
    private static OptionalInt temperatureCelsius(NvmlDevice device) {
      var celsius = device.value(NvmlFunction.TEMPERATURE, NvmlBinding.TEMPERATURE_GPU);
      if (celsius.isPresent() || !device.isUnsupported(NvmlFunction.TEMPERATURE)) {
        return celsius;
      }
      return device.struct(NvmlFunction.TEMPERATURE_V, NvmlBinding.TEMPERATURE_VERSION).stream()
          .mapToInt(temperature -> temperature.getInt(8))
          .findFirst();
    }

    private static OptionalInt performanceState(NvmlDevice device) {
      return device.value(NvmlFunction.PERFORMANCE_STATE).stream()
          .filter(state -> state != NvmlBinding.PSTATE_UNKNOWN)
          .findFirst();
    }
  }
}
