package io.muster.collector.inspection.linux;

import io.muster.collector.inspection.linux.ProcessScanner.CpuTimeReading;
import io.muster.collector.proc.CpuList;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.ProcessFiles;
import io.muster.collector.proc.ProcessStat;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Computes the CPU usage of a process: since its last inspection or the last scan of all processes,
 * whichever is later, else since its start. A reading younger than a tenth of a second or older
 * than a minute is no baseline. Used by the inspection thread only.
 */
final class ProcessCpuUsage {
  private static final int MAX_READINGS = 4096;
  private static final long MIN_BASELINE_AGE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long MAX_BASELINE_AGE_NANOS = Duration.ofMinutes(1).toNanos();

  private final HostRoot hostRoot;
  private final ProcessFiles files;
  private final ProcessScanner scanner;
  private final LongSupplier nanoTime;
  private final Map<Long, CpuTimeReading> lastReadings =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, CpuTimeReading> eldest) {
          return size() > MAX_READINGS;
        }
      };
  private long uptimeTicks;
  private double maxPercent;

  ProcessCpuUsage(
      HostRoot hostRoot, ProcessFiles files, ProcessScanner scanner, LongSupplier nanoTime) {
    this.hostRoot = hostRoot;
    this.files = files;
    this.scanner = scanner;
    this.nanoTime = nanoTime;
  }

  /** Begins the inspection of a process and its children: reads the uptime and the online CPUs. */
  void beginInspection() {
    uptimeTicks = files.uptimeTicks();
    var onlineCpus = hostRoot.readText("sys/devices/system/cpu/online").map(CpuList::parse);
    maxPercent = onlineCpus.map(cpus -> 100.0 * cpus.cardinality()).orElse(Double.MAX_VALUE);
  }

  /**
   * Returns the CPU usage up to now, percent of one CPU: 250 is two and a half. The reading becomes
   * a baseline.
   */
  double measurePercent(ProcessStat stat) {
    long nowNanos = nanoTime.getAsLong();
    var times = stat.times();
    var baseline =
        Stream.of(lastReading(stat), scanner.lastReading(stat))
            .flatMap(Optional::stream)
            .filter(reading -> isUsableBaseline(reading.atNanos(), nowNanos))
            .min(Comparator.comparingLong(reading -> nowNanos - reading.atNanos()));
    lastReadings.remove(stat.pid()); // removed first, so that it becomes the newest entry
    lastReadings.put(stat.pid(), CpuTimeReading.of(stat, nowNanos));
    double percent =
        baseline
            .map(
                from ->
                    files.cpuPercent(
                        times.cpuTicks() - from.usedTicks(), nowNanos - from.atNanos()))
            .orElseGet(() -> times.percentSinceStart(uptimeTicks));
    return Math.max(0, Math.min(percent, maxPercent));
  }

  private Optional<CpuTimeReading> lastReading(ProcessStat stat) {
    return Optional.ofNullable(lastReadings.get(stat.pid()))
        .filter(reading -> reading.isOfProcess(stat));
  }

  private static boolean isUsableBaseline(long atNanos, long nowNanos) {
    return nowNanos - atNanos >= MIN_BASELINE_AGE_NANOS
        && nowNanos - atNanos <= MAX_BASELINE_AGE_NANOS;
  }
}
