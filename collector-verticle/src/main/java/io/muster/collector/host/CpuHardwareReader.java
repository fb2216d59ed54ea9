package io.muster.collector.host;

import io.muster.collector.proc.CpuArchitecture;
import io.muster.collector.proc.CpuModel;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.schema.host.CpuHardware;
import io.muster.schema.host.PlatformType;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reader of the attributes of a Linux host's CPUs. */
final class CpuHardwareReader {
  private static final Pattern CLOCK_PATTERN = Pattern.compile("@ *([0-9.]{1,6}) ?GHz");
  private static final Pattern CACHE_SIZE_PATTERN = Pattern.compile("([0-9]{1,9})([KM]?)");

  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;

  CpuHardwareReader(HostRoot hostRoot, KernelFileScanner scanner) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
  }

  /**
   * Reads the attributes. The base frequency is base_frequency of intel_pstate, nominal_freq of
   * ACPI CPPC, the clock in the model name, the clock of the first CPU: the first of these that is
   * available; else 0. The maximum frequency is cpuinfo_max_freq, else the base frequency. The size
   * of the cache is that of all last-level caches of the first socket, MiB.
   *
   * @param cpus the CPUs that are online, at least one
   */
  CpuHardware read(List<LogicalCpu> cpus) {
    var model = CpuModel.read(hostRoot, scanner);
    var firstCpu = LogicalCpu.directory(cpus.get(0).id());
    int baseMhz = readBaseMhz(firstCpu, model);
    var maxKilohertz = hostRoot.readNumber(firstCpu + "/cpufreq/cpuinfo_max_freq");
    return new CpuHardware(
        model.name(),
        CpuArchitecture.read(hostRoot),
        PlatformType.ofVendor(model.vendor()),
        (int) cpus.stream().map(LogicalCpu::socketId).distinct().count(),
        LogicalCpu.coreCount(cpus),
        cpus.size(),
        baseMhz,
        maxKilohertz.isPresent() ? (int) (maxKilohertz.getAsLong() / 1000) : baseMhz,
        readLastLevelCacheMb(cpus));
  }

  private int readBaseMhz(String cpuDirectory, CpuModel model) {
    var baseKilohertz = hostRoot.readNumber(cpuDirectory + "/cpufreq/base_frequency");
    if (baseKilohertz.isPresent()) {
      return (int) (baseKilohertz.getAsLong() / 1000);
    }
    var nominalMhz = hostRoot.readNumber(cpuDirectory + "/acpi_cppc/nominal_freq");
    if (nominalMhz.orElse(0) > 0) {
      return (int) nominalMhz.getAsLong();
    }
    var clockMatcher = CLOCK_PATTERN.matcher(model.name());
    return clockMatcher.find()
        ? (int) Math.round(Double.parseDouble(clockMatcher.group(1)) * 1000)
        : (int) Math.round(model.mhz());
  }

  /** Counts a cache once, although each CPU that shares it lists it; some sockets have several. */
  private int readLastLevelCacheMb(List<LogicalCpu> cpus) {
    int firstSocketId = cpus.stream().mapToInt(LogicalCpu::socketId).min().orElse(0);
    Map<String, Long> kilobytesByCache = new HashMap<>();
    cpus.stream()
        .filter(cpu -> cpu.socketId() == firstSocketId)
        .map(cpu -> LogicalCpu.directory(cpu.id()) + "/cache/")
        .forEach(directory -> addLastLevelCache(directory, kilobytesByCache));
    long totalKilobytes = kilobytesByCache.values().stream().mapToLong(Long::longValue).sum();
    return (int) (totalKilobytes / 1024);
  }

  private void addLastLevelCache(String cacheDirectory, Map<String, Long> kilobytesByCache) {
    var lastLevelCache = "";
    long highestLevel = 0;
    for (var index : hostRoot.listNames(cacheDirectory, "index")) {
      long level = hostRoot.readNumber(cacheDirectory + index + "/level").orElse(0);
      lastLevelCache = level > highestLevel ? index : lastLevelCache;
      highestLevel = Math.max(highestLevel, level);
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
