package io.muster.collector.nvml;

import io.muster.collector.nvml.NvmlDetail.Changing;
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
 * One GPU as the source knows it, from session to session: its facts stay while it does not answer,
 * its readings do not.
 */
final class NvmlGpu {
  private static final String DEVICE_TYPE = "GPU";

  private final String uuid;
  private final Troubles troubles;
  private NvmlLinks links = new NvmlLinks();
  private NvmlMig mig = new NvmlMig();
  private NvmlFacts facts = NvmlFacts.NONE;
  private Changing changing =
      new Changing(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
  private Map<String, String> detail = Map.of();
  private @Nullable NvmlDevice device;
  private @Nullable NvmlException absence;

  NvmlGpu(String uuid, Troubles troubles) {
    this.uuid = uuid;
    this.troubles = troubles;
  }

  String uuid() {
    return uuid;
  }

  String name() {
    return facts.name();
  }

  /** Whether the driver gave a handle, be the GPU lost or not. */
  boolean attached() {
    return device != null;
  }

  /** Its handle in the session under way; empty while the driver gives none, or it is lost. */
  Optional<NvmlDevice> answering() {
    return Optional.ofNullable(device).filter(found -> !found.lost());
  }

  /** The driver gives a handle: reads the facts anew. */
  void attach(NvmlDevice found) {
    device = found;
    absence = null;
    links = new NvmlLinks();
    mig = new NvmlMig();
    refreshFacts();
  }

  /** The driver gives none. */
  void detach(NvmlException why) {
    device = null;
    absence = why;
  }

  /** The session is over; why is known elsewhere. */
  void detach() {
    device = null;
    absence = null;
  }

  /** Reads the facts again, and keeps the old ones if the GPU is lost on the way. */
  void refreshFacts() {
    if (device == null) {
      return;
    }
    device.beginRead();
    var read = NvmlFacts.read(device);
    if (!device.lost()) {
      facts = read;
      detail = NvmlDetail.with(facts.detail(), changing);
    }
  }

  /** Reads it once; what could not be read is empty, and its troubles are reported. */
  Gpu read(ReadRequest request) {
    if (absence != null) {
      troubles.report(uuid, absence);
    }
    if (device == null) {
      return gpu(request, Readings.NONE);
    }
    device.beginRead();
    var readings = Readings.of(device, links, mig);
    if (device.lost()) {
      return gpu(request, Readings.NONE);
    }
    if (!readings.changing().equals(changing)) {
      changing = readings.changing();
      detail = NvmlDetail.with(facts.detail(), changing);
    }
    return gpu(request, readings);
  }

  private Gpu gpu(ReadRequest request, Readings now) {
    var memory = now.memory();
    return new Gpu(
        uuid,
        request.time(),
        facts.name(),
        DEVICE_TYPE,
        request.host(),
        request.host(),
        request.host(),
        now.utilization(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        now.temperature(),
        memory.map(it -> OptionalLong.of(it.usedBytes())).orElse(OptionalLong.empty()),
        memory.map(it -> OptionalLong.of(it.totalBytes())).orElse(OptionalLong.empty()),
        now.frequency(),
        now.powerWatts(),
        OptionalInt.empty(),
        facts.slowdown(),
        facts.shutdown(),
        facts.maxOperating(),
        facts.acoustic(),
        now.changing().performanceState(),
        OptionalInt.empty(),
        facts.numaNodeId(),
        facts.gspMode(),
        facts.gspVersion(),
        now.links(),
        facts.gpm(),
        now.equals(Readings.NONE) ? facts.detail() : detail,
        now.energyJoules(),
        now.mig());
  }

  /** What is read at each tick. */
  private record Readings(
      OptionalDouble utilization,
      Optional<NvmlMemory> memory,
      OptionalLong temperature,
      OptionalLong frequency,
      OptionalDouble powerWatts,
      OptionalDouble energyJoules,
      Changing changing,
      List<NvlinkRemoteDevice> links,
      Optional<Mig> mig) {
    static final Readings NONE =
        new Readings(
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            new Changing(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()),
            List.of(),
            Optional.empty());

    static Readings of(NvmlDevice device, NvmlLinks links, NvmlMig mig) {
      return new Readings(
          utilization(device),
          NvmlMemory.read(device),
          temperature(device),
          whole(device.value(NvmlFunction.CLOCK, NvmlBinding.CLOCK_GRAPHICS)),
          watts(device.value(NvmlFunction.POWER_USAGE)),
          energyJoules(device),
          new Changing(
              performanceState(device),
              device.value(NvmlFunction.PCIE_GENERATION),
              device.value(NvmlFunction.PCIE_WIDTH)),
          links.read(device),
          mig.read(device));
    }

    /** {@code nvmlUtilization_t}: gpu, memory. */
    private static OptionalDouble utilization(NvmlDevice device) {
      var rates = device.struct(NvmlFunction.UTILIZATION, 0).map((ByteBuffer it) -> it.getInt(0));
      return rates.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    /** The old function as long as the driver has it, then {@code nvmlTemperature_v1_t}. */
    private static OptionalLong temperature(NvmlDevice device) {
      var celsius = device.value(NvmlFunction.TEMPERATURE, NvmlBinding.TEMPERATURE_GPU);
      if (celsius.isPresent() || !device.lacks(NvmlFunction.TEMPERATURE)) {
        return whole(celsius);
      }
      return device
          .struct(NvmlFunction.TEMPERATURE_V, NvmlBinding.TEMPERATURE_VERSION)
          .map(temperature -> OptionalLong.of(temperature.getInt(8)))
          .orElse(OptionalLong.empty());
    }

    private static OptionalInt performanceState(NvmlDevice device) {
      var state = device.value(NvmlFunction.PERFORMANCE_STATE);
      return state.orElse(0) == NvmlBinding.PSTATE_UNKNOWN ? OptionalInt.empty() : state;
    }

    private static OptionalLong whole(OptionalInt value) {
      return value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty();
    }

    /** NVML tells milliwatts. */
    private static OptionalDouble watts(OptionalInt milliwatts) {
      return milliwatts.isPresent()
          ? OptionalDouble.of(milliwatts.getAsInt() / 1000.0)
          : OptionalDouble.empty();
    }

    /** Since the driver was loaded; NVML tells millijoules, as an unsigned long long. */
    private static OptionalDouble energyJoules(NvmlDevice device) {
      var millijoules = device.struct(NvmlFunction.TOTAL_ENERGY, 0).map(it -> it.getLong(0));
      return millijoules.map(mj -> OptionalDouble.of(mj / 1000.0)).orElse(OptionalDouble.empty());
    }
  }
}
