package io.muster.collector.host;

import io.muster.collector.proc.CpuArchitecture;
import io.muster.collector.proc.CpuModel;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.schema.host.PlatformType;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Attributes of the CPUs of a Linux host that do not change while the same CPUs are online.
 *
 * @param architecture as {@code uname -m} prints it
 * @param baseMhz base_frequency of intel_pstate, nominal_freq of ACPI CPPC, the clock in the model
 *     name, the clock of the first CPU: the first of these that is available; else 0
 * @param maxMhz cpuinfo_max_freq, else the base frequency
 * @param cacheMb size of all last-level caches of the first socket, MiB
 */
record CpuFacts(
    String model,
    String architecture,
    PlatformType platform,
    int baseMhz,
    int maxMhz,
    int cacheMb) {
  private static final String CPU_PATH_PREFIX = "sys/devices/system/cpu/cpu";
  private static final Pattern CLOCK_PATTERN = Pattern.compile("@ *([0-9.]{1,6}) ?GHz");
  private static final Pattern CACHE_SIZE_PATTERN = Pattern.compile("([0-9]{1,9})([KM]?)");

  static CpuFacts read(HostRoot hostRoot, CpuTopology topology, KernelFileScanner scanner) {
    var model = CpuModel.read(hostRoot, scanner);
    int baseMhz = readBaseMhz(hostRoot, topology.cpuId(0), model);
    var maxKilohertz =
        hostRoot.readNumber(CPU_PATH_PREFIX + topology.cpuId(0) + "/cpufreq/cpuinfo_max_freq");
    return new CpuFacts(
        model.name(),
        CpuArchitecture.read(hostRoot),
        PlatformType.ofVendor(model.vendor()),
        baseMhz,
        maxKilohertz.isPresent() ? (int) (maxKilohertz.getAsLong() / 1000) : baseMhz,
        readLastLevelCacheMb(hostRoot, topology));
  }

  private static int readBaseMhz(HostRoot hostRoot, int cpuId, CpuModel model) {
    var baseKilohertz = hostRoot.readNumber(CPU_PATH_PREFIX + cpuId + "/cpufreq/base_frequency");
    if (baseKilohertz.isPresent()) {
      return (int) (baseKilohertz.getAsLong() / 1000);
    }
    var nominalMhz = hostRoot.readNumber(CPU_PATH_PREFIX + cpuId + "/acpi_cppc/nominal_freq");
    if (nominalMhz.isPresent() && nominalMhz.getAsLong() > 0) {
      return (int) nominalMhz.getAsLong();
    }
    var clockMatcher = CLOCK_PATTERN.matcher(model.name());
    return clockMatcher.find()
        ? (int) Math.round(Double.parseDouble(clockMatcher.group(1)) * 1000)
        : (int) Math.round(model.mhz());
  }

  /** Counts a cache once, although each CPU that shares it lists it; some sockets have several. */
  private static int readLastLevelCacheMb(HostRoot hostRoot, CpuTopology topology) {
    Map<String, Long> kilobytesByCache = new HashMap<>();
    for (int cpu = 0; cpu < topology.cpuCount(); cpu++) {
      if (topology.socketPosition(cpu) == 0) {
        addLastLevelCache(
            hostRoot, CPU_PATH_PREFIX + topology.cpuId(cpu) + "/cache/", kilobytesByCache);
      }
    }
    long totalKilobytes = kilobytesByCache.values().stream().mapToLong(Long::longValue).sum();
    return (int) (totalKilobytes / 1024);
  }

  private static void addLastLevelCache(
      HostRoot hostRoot, String cacheDirectory, Map<String, Long> kilobytesByCache) {
    var lastLevelCache = "";
    long highestLevel = 0;
    for (var index : hostRoot.listNames(cacheDirectory, "index")) {
      OptionalLong level = hostRoot.readNumber(cacheDirectory + index + "/level");
      lastLevelCache = level.orElse(0) > highestLevel ? index : lastLevelCache;
      highestLevel = Math.max(highestLevel, level.orElse(0));
    }
    var sharedCpuList =
        hostRoot
            .readText(cacheDirectory + lastLevelCache + "/shared_cpu_list")
            .orElse(cacheDirectory);
    hostRoot
        .readText(cacheDirectory + lastLevelCache + "/size")
        .ifPresent(
            size ->
                kilobytesByCache.put(sharedCpuList, parseKilobytes(size.toUpperCase(Locale.ROOT))));
  }

  private static long parseKilobytes(String size) {
    var matcher = CACHE_SIZE_PATTERN.matcher(size);
    if (!matcher.matches()) {
      return 0;
    }
    long number = Long.parseLong(matcher.group(1));
    return matcher.group(2).equals("M") ? number * 1024 : number;
  }
}
