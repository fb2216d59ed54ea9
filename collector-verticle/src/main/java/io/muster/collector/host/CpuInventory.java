package io.muster.collector.host;

import io.muster.collector.proc.CpuModel;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.schema.host.PlatformType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What does not change about the CPUs of a Linux host while it runs.
 *
 * @param architecture as {@code uname -m} prints it
 * @param baseMhz base_frequency of intel_pstate, nominal_freq of ACPI CPPC, the clock in the model
 *     name, the clock of the first CPU: the first of them that is there; else 0
 * @param maxMhz cpuinfo_max_freq, else the base frequency
 * @param cacheMb all last-level caches of the first socket, MiB
 */
record CpuInventory(
    String model,
    String architecture,
    PlatformType platform,
    int baseMhz,
    int maxMhz,
    int cacheMb) {
  private static final String CPU = "sys/devices/system/cpu/cpu";
  private static final int FIRST_BLOCK_BYTES = 8 * 1024;
  private static final Pattern CLOCK = Pattern.compile("@ *([0-9.]{1,6}) ?GHz");
  private static final Pattern CACHE = Pattern.compile("([0-9]{1,9})([KM]?)");

  static CpuInventory read(KernelTree tree, Topology topology, KernelText text) {
    var model = model(tree, text);
    int base = baseMhz(tree, topology.cpuId(0), model);
    var max = tree.number(CPU + topology.cpuId(0) + "/cpufreq/cpuinfo_max_freq");
    return new CpuInventory(
        model.name(),
        architecture(tree),
        PlatformType.ofVendor(model.vendor()),
        base,
        max.isPresent() ? (int) (max.getAsLong() / 1000) : base,
        cacheMb(tree, topology));
  }

  /** The name that the kernel has for what the JVM calls {@code amd64}. */
  static String architecture(String javaName) {
    return switch (javaName) {
      case "amd64" -> "x86_64";
      case "x86" -> "i686";
      case "arm" -> "armv7l";
      default -> javaName;
    };
  }

  private static String architecture(KernelTree tree) {
    return tree.text("proc/sys/kernel/arch")
        .orElseGet(() -> architecture(System.getProperty("os.arch", "")));
  }

  /** Only the start: the file has a block for each CPU, and takes its time on large hosts. */
  private static CpuModel model(KernelTree tree, KernelText text) {
    try {
      text.load(tree.file("proc/cpuinfo"), FIRST_BLOCK_BYTES);
      return CpuModel.parse(text.rest());
    } catch (IOException e) {
      return CpuModel.parse("");
    }
  }

  private static int baseMhz(KernelTree tree, int cpuId, CpuModel model) {
    var base = tree.number(CPU + cpuId + "/cpufreq/base_frequency");
    if (base.isPresent()) {
      return (int) (base.getAsLong() / 1000);
    }
    var nominal = tree.number(CPU + cpuId + "/acpi_cppc/nominal_freq");
    if (nominal.isPresent() && nominal.getAsLong() > 0) {
      return (int) nominal.getAsLong();
    }
    var named = CLOCK.matcher(model.name());
    return named.find()
        ? (int) Math.round(Double.parseDouble(named.group(1)) * 1000)
        : (int) Math.round(model.mhz());
  }

  /** One cache is named by each CPU that shares it; some CPUs have several in a socket. */
  private static int cacheMb(KernelTree tree, Topology topology) {
    Map<String, Long> kilobytes = new HashMap<>();
    for (int cpu = 0; cpu < topology.cpuCount(); cpu++) {
      if (topology.socketOf(cpu) == 0) {
        addLastLevel(tree, CPU + topology.cpuId(cpu) + "/cache/", kilobytes);
      }
    }
    long total = kilobytes.values().stream().mapToLong(Long::longValue).sum();
    return (int) (total / 1024);
  }

  private static void addLastLevel(KernelTree tree, String caches, Map<String, Long> kilobytes) {
    var last = "";
    long highest = 0;
    for (var index : tree.names(caches, "index")) {
      OptionalLong level = tree.number(caches + index + "/level");
      last = level.orElse(0) > highest ? index : last;
      highest = Math.max(highest, level.orElse(0));
    }
    var sharers = tree.text(caches + last + "/shared_cpu_list").orElse(caches);
    tree.text(caches + last + "/size")
        .ifPresent(size -> kilobytes.put(sharers, kilobytes(size.toUpperCase(Locale.ROOT))));
  }

  private static long kilobytes(String size) {
    var matcher = CACHE.matcher(size);
    if (!matcher.matches()) {
      return 0;
    }
    long number = Long.parseLong(matcher.group(1));
    return matcher.group(2).equals("M") ? number * 1024 : number;
  }
}
