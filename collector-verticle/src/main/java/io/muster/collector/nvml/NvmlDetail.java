package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.CLOCK_GRAPHICS;
import static io.muster.collector.nvml.binding.NvmlBinding.CLOCK_MEM;

import io.muster.collector.nvml.NvmlDevice.Pair;
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

  private final Map<String, String> keys = new HashMap<>();
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
    return detail.keys;
  }

  /** The map of one tick: the fixed keys and those that follow the load. */
  static Map<String, String> with(Map<String, String> fixed, Changing now) {
    var keys = new HashMap<>(fixed);
    now.performanceState().ifPresent(s -> keys.put("performance_state", performanceState(s)));
    if (!unified(fixed)) {
      now.pcieGeneration().ifPresent(it -> keys.put("PCIe Generation", Integer.toString(it)));
      now.pcieWidth().ifPresent(it -> keys.put("PCIe Width", "x" + it));
    }
    return Map.copyOf(keys);
  }

  private static boolean unified(Map<String, String> detail) {
    return detail.containsKey(MEMORY_TYPE);
  }

  private void putDriver() {
    var session = device.session();
    keys.put("Driver Version", session.driverVersion());
    keys.put("lib_name", "CUDA");
    session
        .cudaVersion()
        .ifPresent(
            number -> {
              var version = number / 1000 + "." + number % 1000 / 10;
              keys.put("CUDA Version", version);
              keys.put("lib_version", version);
            });
  }

  private void putBoard() {
    putWord("Brand", NvmlFunction.BRAND, BRANDS);
    putWord("architecture", NvmlFunction.ARCHITECTURE, ARCHITECTURES);
    putText("vbios_version", device.text(NvmlFunction.VBIOS_VERSION));
    putText("serial_number", device.text(NvmlFunction.SERIAL));
    putText("PCI Bus", device.struct(NvmlFunction.PCI_INFO, 0).map(NvmlDetail::pciAddress));
    // A part that shares the host's memory (GB10) has no memory of its own to tell about. all-smi
    // fills in /proc/meminfo then; here the memory stays empty, for the host's own memory section
    // has those very numbers, and as the GPU's they would be counted twice.
    if (NvmlMemory.read(device).isEmpty() && NvmlMemory.lackedBy(device)) {
      keys.put(MEMORY_TYPE, "Unified");
      keys.put("Interconnect", "Integrated");
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
    putNumber("clock_graphics_max", maxClock(CLOCK_GRAPHICS));
    putNumber("clock_memory_max", maxClock(CLOCK_MEM));
  }

  /** The highest clock that a customer may set; where that is not told, the highest there is. */
  private OptionalInt maxClock(int clock) {
    var boost = device.value(NvmlFunction.MAX_CUSTOMER_BOOST_CLOCK, clock);
    return boost.isPresent() ? boost : device.value(NvmlFunction.MAX_CLOCK, clock);
  }

  private void putModes() {
    putWord("compute_mode", NvmlFunction.COMPUTE_MODE, COMPUTE_MODES);
    var ecc = device.pair(NvmlFunction.ECC_MODE);
    ecc.ifPresent(mode -> keys.put("ecc_mode_current", enabled(mode.first())));
    ecc.filter(NvmlDetail::pending)
        .ifPresent(mode -> keys.put("ecc_mode_pending", enabled(mode.second())));
    var mig = device.pair(NvmlFunction.MIG_MODE);
    mig.ifPresent(mode -> keys.put("mig_mode_current", Integer.toString(mode.first())));
    mig.filter(NvmlDetail::pending)
        .ifPresent(mode -> keys.put("mig_mode_pending", Integer.toString(mode.second())));
  }

  private void putText(String key, Optional<String> value) {
    value.ifPresent(text -> keys.put(key, text));
  }

  private void putNumber(String key, OptionalInt value) {
    value.ifPresent(number -> keys.put(key, Integer.toUnsignedString(number)));
  }

  /** NVML tells milliwatts. */
  private void putWatts(String key, OptionalInt milliwatts) {
    milliwatts.ifPresent(mw -> keys.put(key, String.format(Locale.ROOT, "%.2f", mw / 1000.0)));
  }

  private void putWord(String key, NvmlFunction function, List<String> words) {
    device.value(function).ifPresent(number -> keys.put(key, word(words, number)));
  }

  private static String word(List<String> words, int number) {
    return number >= 0 && number < words.size() ? words.get(number) : "Unknown";
  }

  private static String performanceState(int state) {
    return word(PERFORMANCE_STATES, state);
  }

  private static String enabled(int mode) {
    return mode == 0 ? "Disabled" : "Enabled";
  }

  private static boolean pending(Pair mode) {
    return mode.first() != mode.second();
  }

  /** {@code nvmlPciInfo_t}: in all versions 16 bytes of text, then domain, bus and device. */
  private static String pciAddress(ByteBuffer info) {
    return String.format(
        Locale.ROOT, "%04x:%02x:%02x.0", info.getInt(16), info.getInt(20), info.getInt(24));
  }

  /** Readings that stand in the map and follow the load. */
  record Changing(
      OptionalInt performanceState, OptionalInt pcieGeneration, OptionalInt pcieWidth) {}
}
