package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.CLOCK_GRAPHICS;
import static io.muster.collector.nvml.binding.NvmlBinding.CLOCK_MEM;

import io.muster.collector.nvml.NvmlDevice.IntPair;
import io.muster.collector.nvml.binding.NvmlFunction;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The {@code detail} map of an NVIDIA GPU: the keys and words of all-smi, which clients show as
 * they are, and two of our own, {@code PCI Bus} (as sysfs writes it) and {@code serial_number}.
 * What the GPU does not tell has no key. The VBIOS version stands without the quote characters that
 * all-smi leaves around it.
 */
final class NvmlDetail {
  private static final List<String> BRANDS =
      List.of(
          "Unknown",
          "Quadro",
          "Tesla",
          "NVS",
          "GRID",
          "GeForce",
          "Titan",
          "VApps",
          "VPC",
          "VCS",
          "VWS",
          "CloudGaming",
          "QuadroRTX",
          "NvidiaRTX",
          "Nvidia",
          "GeForceRTX",
          "TitanRTX");

  /** By {@code NVML_DEVICE_ARCH_...}, which begins at 2. */
  private static final List<String> ARCHITECTURES =
      List.of(
          "Unknown",
          "Unknown",
          "Kepler",
          "Maxwell",
          "Pascal",
          "Volta",
          "Turing",
          "Ampere",
          "Ada",
          "Hopper",
          "Blackwell",
          "Orin");

  private static final List<String> COMPUTE_MODES =
      List.of("Default", "ExclusiveThread", "Prohibited", "ExclusiveProcess");

  private static final List<String> PERFORMANCE_STATES =
      List.of(
          "Zero",
          "One",
          "Two",
          "Three",
          "Four",
          "Five",
          "Six",
          "Seven",
          "Eight",
          "Nine",
          "Ten",
          "Eleven",
          "Twelve",
          "Thirteen",
          "Fourteen",
          "Fifteen");

  private static final String MEMORY_TYPE = "Memory Type";

  private final Map<String, String> entries = new HashMap<>();
  private final NvmlDevice device;

  private NvmlDetail(NvmlDevice device) {
    this.device = device;
  }

  /** The keys that do not change from tick to tick. */
  static Map<String, String> read(NvmlDevice device) {
    var detail = new NvmlDetail(device);
    detail.putDriver();
    detail.putBoard();
    detail.putLimits();
    detail.putModes();
    return detail.entries;
  }

  /** The map of one tick: the fixed keys and those that follow the load. */
  static Map<String, String> combine(Map<String, String> fixedKeys, DynamicDetail dynamic) {
    var entries = new HashMap<>(fixedKeys);
    dynamic
        .performanceState()
        .ifPresent(state -> entries.put("performance_state", performanceState(state)));
    if (!hasUnifiedMemory(fixedKeys)) {
      dynamic
          .pcieGeneration()
          .ifPresent(value -> entries.put("PCIe Generation", Integer.toString(value)));
      dynamic.pcieWidth().ifPresent(value -> entries.put("PCIe Width", "x" + value));
    }
    return Map.copyOf(entries);
  }

  private static boolean hasUnifiedMemory(Map<String, String> detail) {
    return detail.containsKey(MEMORY_TYPE);
  }

  private void putDriver() {
    var session = device.session();
    entries.put("Driver Version", session.driverVersion());
    entries.put("lib_name", "CUDA");
    session
        .cudaVersion()
        .ifPresent(
            number -> {
              var version = number / 1000 + "." + number % 1000 / 10;
              entries.put("CUDA Version", version);
              entries.put("lib_version", version);
            });
  }

  private void putBoard() {
    putName("Brand", NvmlFunction.BRAND, BRANDS);
    putName("architecture", NvmlFunction.ARCHITECTURE, ARCHITECTURES);
    putText("vbios_version", device.text(NvmlFunction.VBIOS_VERSION));
    putText("serial_number", device.text(NvmlFunction.SERIAL));
    putText("PCI Bus", device.struct(NvmlFunction.PCI_INFO, 0).map(NvmlDetail::pciAddress));
    // A part that shares the host's memory (GB10) has no memory of its own to tell about. all-smi
    // fills in /proc/meminfo then; here the memory stays empty, for the host's own memory section
    // has those very numbers, and as the GPU's they would be counted twice.
    if (NvmlMemory.read(device).isEmpty() && NvmlMemory.isUnsupportedBy(device)) {
      entries.put(MEMORY_TYPE, "Unified");
      entries.put("Interconnect", "Integrated");
    } else {
      putNumber("pcie_gen_max", device.value(NvmlFunction.MAX_PCIE_GENERATION));
      putNumber("pcie_width_max", device.value(NvmlFunction.MAX_PCIE_WIDTH));
    }
  }

  private void putLimits() {
    putWatts("power_limit_current", device.value(NvmlFunction.POWER_LIMIT));
    putWatts("power_limit_default", device.value(NvmlFunction.POWER_LIMIT_DEFAULT));
    device
        .pair(NvmlFunction.POWER_LIMIT_CONSTRAINTS)
        .ifPresent(
            limits -> {
              putWatts("power_limit_min", OptionalInt.of(limits.first()));
              putWatts("power_limit_max", OptionalInt.of(limits.second()));
            });
    putNumber("clock_graphics_max", maxClockMhz(CLOCK_GRAPHICS));
    putNumber("clock_memory_max", maxClockMhz(CLOCK_MEM));
  }

  /** The highest clock that a customer may set; where that is not told, the highest there is. */
  private OptionalInt maxClockMhz(int clock) {
    var boost = device.value(NvmlFunction.MAX_CUSTOMER_BOOST_CLOCK, clock);
    return boost.isPresent() ? boost : device.value(NvmlFunction.MAX_CLOCK, clock);
  }

  private void putModes() {
    putName("compute_mode", NvmlFunction.COMPUTE_MODE, COMPUTE_MODES);
    var ecc = device.pair(NvmlFunction.ECC_MODE);
    ecc.ifPresent(mode -> entries.put("ecc_mode_current", enabledText(mode.first())));
    ecc.filter(NvmlDetail::isPending)
        .ifPresent(mode -> entries.put("ecc_mode_pending", enabledText(mode.second())));
    var mig = device.pair(NvmlFunction.MIG_MODE);
    mig.ifPresent(mode -> entries.put("mig_mode_current", Integer.toString(mode.first())));
    mig.filter(NvmlDetail::isPending)
        .ifPresent(mode -> entries.put("mig_mode_pending", Integer.toString(mode.second())));
  }

  private void putText(String key, Optional<String> value) {
    value.ifPresent(text -> entries.put(key, text));
  }

  private void putNumber(String key, OptionalInt value) {
    value.ifPresent(number -> entries.put(key, Integer.toUnsignedString(number)));
  }

  /** NVML tells milliwatts. */
  private void putWatts(String key, OptionalInt milliwatts) {
    milliwatts.ifPresent(mw -> entries.put(key, String.format(Locale.ROOT, "%.2f", mw / 1000.0)));
  }

  private void putName(String key, NvmlFunction function, List<String> names) {
    device.value(function).ifPresent(number -> entries.put(key, name(names, number)));
  }

  private static String name(List<String> names, int number) {
    return number >= 0 && number < names.size() ? names.get(number) : "Unknown";
  }

  private static String performanceState(int state) {
    return name(PERFORMANCE_STATES, state);
  }

  private static String enabledText(int mode) {
    return mode == 0 ? "Disabled" : "Enabled";
  }

  private static boolean isPending(IntPair mode) {
    return mode.first() != mode.second();
  }

  /** {@code nvmlPciInfo_t}: in all versions 16 bytes of text, then domain, bus and device. */
  private static String pciAddress(ByteBuffer info) {
    return String.format(
        Locale.ROOT, "%04x:%02x:%02x.0", info.getInt(16), info.getInt(20), info.getInt(24));
  }

  /** Readings that stand in the map and follow the load. */
  record DynamicDetail(
      OptionalInt performanceState, OptionalInt pcieGeneration, OptionalInt pcieWidth) {}
}
