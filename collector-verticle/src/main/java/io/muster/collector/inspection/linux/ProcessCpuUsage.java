package io.muster.collector.inspection.linux;

import io.muster.collector.proc.CpuList;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.ProcessStat;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The share of one CPU that a process takes: since the last look at it or the last scan of all
 * processes, whichever is later, else since it began. What is closer than a tenth of a second or
 * farther than a minute is no base.
 */
final class ProcessCpuUsage {
  private static final int MAX_READINGS = 4096;
  private static final long MIN_BASELINE_AGE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long MAX_BASELINE_AGE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final double NANOS_PER_SECOND = 1e9;

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

  /** A look at a process and its children begins. */
  void beginInspection() {
    uptimeTicks = hostRoot.readUptimeCentiseconds() * files.ticksPerSecond() / 100;
    var onlineCpus = hostRoot.readText("sys/devices/system/cpu/online").map(CpuList::parse);
    maxPercent = onlineCpus.map(cpus -> 100.0 * cpus.cardinality()).orElse(Double.MAX_VALUE);
  }

  /** Percent of one CPU; 250 is two and a half. The process was looked at just now. */
  double measurePercent(ProcessStat stat) {
    long nowNanos = nanoTime.getAsLong();
    var baseline = newer(lastReading(stat, nowNanos), scannedReading(stat, nowNanos));
    lastReadings.remove(stat.pid()); // so that it comes last
    lastReadings.put(stat.pid(), new CpuTimeReading(stat.startTicks(), stat.cpuTicks(), nowNanos));
    double percent =
        baseline == null ? percentSinceStart(stat) : baseline.percentUntil(stat, nowNanos, files);
    return Math.max(0, Math.min(percent, maxPercent));
  }

  private double percentSinceStart(ProcessStat stat) {
    double lifetimeTicks = uptimeTicks - stat.startTicks();
    return lifetimeTicks <= 0 ? 0 : 100 * stat.cpuTicks() / lifetimeTicks;
  }

  private @Nullable CpuTimeReading lastReading(ProcessStat stat, long nowNanos) {
    var reading = lastReadings.get(stat.pid());
    return reading != null
            && reading.startTicks == stat.startTicks()
            && isUsableBaseline(reading.atNanos, nowNanos)
        ? reading
        : null;
  }

  private @Nullable CpuTimeReading scannedReading(ProcessStat stat, long nowNanos) {
    var times = scanner.cpuTimes();
    int position = times.position((int) stat.pid(), stat.startTicks());
    return position >= 0 && isUsableBaseline(times.atNanos(position), nowNanos)
        ? new CpuTimeReading(stat.startTicks(), times.usedTicks(position), times.atNanos(position))
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

  /** CPU time that a process had used at an instant. */
  private record CpuTimeReading(long startTicks, long usedTicks, long atNanos) {
    private double percentUntil(ProcessStat stat, long nowNanos, ProcessFiles files) {
      double elapsedSeconds = (nowNanos - atNanos) / NANOS_PER_SECOND;
      return 100.0 * (stat.cpuTicks() - usedTicks) / files.ticksPerSecond() / elapsedSeconds;
    }
  }
}
