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
import java.util.OptionalLong;

/**
 * The {@code detail} map of an NVIDIA GPU: the keys and values of all-smi, which clients display
 * unchanged, and two additional keys, {@code PCI Bus} (as sysfs writes it) and {@code
 * serial_number}. A value that the GPU does not report has no key. The VBIOS version lacks the
 * quote characters that all-smi leaves around it. Used by the lane's thread only.
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

  /** Names by {@code NVML_DEVICE_ARCH_...}, which begins at 2. */
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

  /** Reads the entries that do not change from tick to tick. */
  static Map<String, String> read(NvmlDevice device) {
    var detail = new NvmlDetail(device);
    detail.putDriver();
    detail.putBoard();
    detail.putLimits();
    detail.putModes();
    return detail.entries;
  }

  /** Returns the map of one tick: the fixed entries and those that change with the load. */
  static Map<String, String> combine(Map<String, String> fixedEntries, DynamicDetail dynamic) {
    var entries = new HashMap<>(fixedEntries);
    dynamic
        .performanceState()
        .ifPresent(
            state -> entries.put("performance_state", name(PERFORMANCE_STATES, (int) state)));
    if (!hasUnifiedMemory(fixedEntries)) {
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
    // A GPU that shares the host's memory (GB10) has no dedicated memory to report. all-smi
    // substitutes /proc/meminfo; here the memory stays empty, because the host's memory section
    // has the same numbers, and they would be counted twice.
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

  /**
   * Returns the highest clock that a customer may set; if it is not reported, the highest clock of
   * the GPU.
   */
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

  /** Converts the milliwatts of NVML. */
  private void putWatts(String key, OptionalInt milliwatts) {
    milliwatts.ifPresent(mw -> entries.put(key, String.format(Locale.ROOT, "%.2f", mw / 1000.0)));
  }

  private void putName(String key, NvmlFunction function, List<String> names) {
    device.value(function).ifPresent(number -> entries.put(key, name(names, number)));
  }

  private static String name(List<String> names, int number) {
    return number >= 0 && number < names.size() ? names.get(number) : "Unknown";
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

  /** Entries of the map that change with the load. */
  record DynamicDetail(
      OptionalLong performanceState, OptionalInt pcieGeneration, OptionalInt pcieWidth) {
    static final DynamicDetail NONE =
        new DynamicDetail(OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty());
  }
}
