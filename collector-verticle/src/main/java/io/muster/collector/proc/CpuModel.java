package io.muster.collector.proc;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Vendor and model of a CPU, from {@code /proc/cpuinfo}. Arm kernels report numbers instead of
 * names: the implementer and the part number of the core (fields Implementer and PartNum of the
 * register MIDR_EL1).
 *
 * @param name model name; vendor and part number of an Arm core that is not listed here; empty text
 *     if the kernel reports none
 * @param vendor as cpuid spells it on x86; {@code ARM}, {@code Apple} or another implementer on
 *     Arm; empty text if the kernel reports none
 * @param mhz clock at the time of the read, MHz; 0 if the kernel reports none
 */
public record CpuModel(String name, String vendor, double mhz) {
  private static final int MAX_BLOCK_BYTES = 8 * 1024;
  private static final Map<String, String> ARM_VENDORS =
      Map.ofEntries(
          Map.entry("0x41", "ARM"),
          Map.entry("0x42", "Broadcom"),
          Map.entry("0x43", "Cavium"),
          Map.entry("0x46", "Fujitsu"),
          Map.entry("0x48", "HiSilicon"),
          Map.entry("0x4e", "NVIDIA"),
          Map.entry("0x50", "Ampere"),
          Map.entry("0x51", "Qualcomm"),
          Map.entry("0x61", "Apple"),
          Map.entry("0xc0", "Ampere"));
  private static final Map<String, String> ARM_CORES =
      Map.ofEntries(
          Map.entry("0x41:0xd03", "Cortex-A53"),
          Map.entry("0x41:0xd07", "Cortex-A57"),
          Map.entry("0x41:0xd08", "Cortex-A72"),
          Map.entry("0x41:0xd0b", "Cortex-A76"),
          Map.entry("0x41:0xd0c", "Neoverse-N1"),
          Map.entry("0x41:0xd40", "Neoverse-V1"),
          Map.entry("0x41:0xd42", "Cortex-A78AE"),
          Map.entry("0x41:0xd49", "Neoverse-N2"),
          Map.entry("0x41:0xd4f", "Neoverse-V2"),
          Map.entry("0x41:0xd84", "Neoverse-V3"),
          Map.entry("0x41:0xd85", "Cortex-X925"),
          Map.entry("0x41:0xd8e", "Neoverse-N3"),
          Map.entry("0x4e:0x004", "Carmel"),
          Map.entry("0xc0:0xac3", "Ampere-1"));

  /** Reads the model; empty values if the file is not readable. */
  public static CpuModel read(HostRoot hostRoot, KernelFileScanner scanner) {
    return parse(readFirstBlock(hostRoot, scanner));
  }

  /**
   * Reads the block of the first CPU, or empty text; not the whole file, which has a block for each
   * CPU and is slow to read on large hosts.
   */
  public static String readFirstBlock(HostRoot hostRoot, KernelFileScanner scanner) {
    try {
      scanner.load(hostRoot.file("proc/cpuinfo"), MAX_BLOCK_BYTES);
      return scanner.remainingText();
    } catch (IOException e) {
      return "";
    }
  }

  /** Parses the block of the first CPU. */
  static CpuModel parse(String cpuinfo) {
    var fields = new HashMap<String, String>();
    for (var line : cpuinfo.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon < 0 && !fields.isEmpty()) {
        break;
      }
      if (colon > 0) {
        fields.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    var implementer = fields.getOrDefault("CPU implementer", "");
    return implementer.isEmpty() ? fromModelName(fields) : fromArmIds(implementer, fields);
  }

  private static CpuModel fromModelName(Map<String, String> fields) {
    var name = firstNonEmpty(fields, "model name", "cpu model", "cpu", "uarch");
    return new CpuModel(name, firstNonEmpty(fields, "vendor_id"), parseMhz(fields));
  }

  private static CpuModel fromArmIds(String implementer, Map<String, String> fields) {
    var vendor = ARM_VENDORS.getOrDefault(implementer, implementer);
    var partNumber = fields.getOrDefault("CPU part", "");
    var reportedName = firstNonEmpty(fields, "model name");
    var knownName =
        ARM_CORES.getOrDefault(implementer + ":" + partNumber, (vendor + " " + partNumber).strip());
    return new CpuModel(
        reportedName.isEmpty() ? knownName : reportedName, vendor, parseMhz(fields));
  }

  private static String firstNonEmpty(Map<String, String> fields, String... keys) {
    for (var key : keys) {
      if (!fields.getOrDefault(key, "").isEmpty()) {
        return fields.getOrDefault(key, "");
      }
    }
    return "";
  }

  private static double parseMhz(Map<String, String> fields) {
    var clock = firstNonEmpty(fields, "cpu MHz", "clock").replace("MHz", "");
    try {
      return clock.isEmpty() ? 0 : Double.parseDouble(clock);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
