package io.muster.collector.inspection.linux;

import io.muster.collector.proc.CpuList;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.ProcessFiles;
import io.muster.collector.proc.ProcessStat;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
    var baseline = newer(lastReading(stat, nowNanos), scannedReading(stat, nowNanos));
    lastReadings.remove(stat.pid()); // removed first, so that it becomes the newest entry
    lastReadings.put(
        stat.pid(), new CpuTimeReading(times.startTicks(), times.cpuTicks(), nowNanos));
    double percent =
        baseline == null
            ? times.percentSinceStart(uptimeTicks)
            : files.cpuPercent(times.cpuTicks() - baseline.usedTicks, nowNanos - baseline.atNanos);
    return Math.max(0, Math.min(percent, maxPercent));
  }

  private @Nullable CpuTimeReading lastReading(ProcessStat stat, long nowNanos) {
    var reading = lastReadings.get(stat.pid());
    return reading != null
            && reading.startTicks == stat.times().startTicks()
            && isUsableBaseline(reading.atNanos, nowNanos)
        ? reading
        : null;
  }

  private @Nullable CpuTimeReading scannedReading(ProcessStat stat, long nowNanos) {
    var times = scanner.cpuTimes();
    int position = times.position((int) stat.pid(), stat.times().startTicks());
    return position >= 0 && isUsableBaseline(times.atNanos(position), nowNanos)
        ? new CpuTimeReading(
            stat.times().startTicks(), times.usedTicks(position), times.atNanos(position))
        : null;
  }

  private static @Nullable CpuTimeReading newer(
      @Nullable CpuTimeReading first, @Nullable CpuTimeReading second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return first.atNanos - second.atNanos >= 0 ? first : second;
  }

  private static boolean isUsableBaseline(long atNanos, long nowNanos) {
    return nowNanos - atNanos >= MIN_BASELINE_AGE_NANOS
        && nowNanos - atNanos <= MAX_BASELINE_AGE_NANOS;
  }

  /** The CPU time that a process had used at an instant. */
  private record CpuTimeReading(long startTicks, long usedTicks, long atNanos) {}
}
