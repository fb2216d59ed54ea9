package io.muster.collector.inspection.linux;

import io.muster.collector.proc.CpuList;
import io.muster.collector.proc.KernelTree;
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
final class CpuShares {
  private static final int MAX_LOOKS = 4096;
  private static final long NEAREST_NANOS = Duration.ofMillis(100).toNanos();
  private static final long FARTHEST_NANOS = Duration.ofMinutes(1).toNanos();
  private static final double NANOS_PER_SECOND = 1e9;

  private final KernelTree tree;
  private final ProcessFiles files;
  private final ProcessScan scan;
  private final LongSupplier nanos;
  private final Map<Long, Used> looks =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Used> eldest) {
          return size() > MAX_LOOKS;
        }
      };
  private long upTicks;
  private double maxPercent;

  CpuShares(KernelTree tree, ProcessFiles files, ProcessScan scan, LongSupplier nanos) {
    this.tree = tree;
    this.files = files;
    this.scan = scan;
    this.nanos = nanos;
  }

  /** A look at a process and its children begins. */
  void begin() {
    upTicks = tree.upCentiseconds() * files.ticksPerSecond() / 100;
    var online = tree.text("sys/devices/system/cpu/online").map(CpuList::parse);
    maxPercent = online.map(cpus -> 100.0 * cpus.cardinality()).orElse(Double.MAX_VALUE);
  }

  /** Percent of one CPU; 250 is two and a half. The process was looked at just now. */
  double percent(ProcessStat stat) {
    long now = nanos.getAsLong();
    var base = later(look(stat, now), scanned(stat, now));
    looks.remove(stat.pid()); // so that it comes last
    looks.put(stat.pid(), new Used(stat.startTicks(), stat.cpuTicks(), now));
    double percent = base == null ? sinceStart(stat) : base.percent(stat, now, files);
    return Math.max(0, Math.min(percent, maxPercent));
  }

  private double sinceStart(ProcessStat stat) {
    double lifeTicks = upTicks - stat.startTicks();
    return lifeTicks <= 0 ? 0 : 100 * stat.cpuTicks() / lifeTicks;
  }

  private @Nullable Used look(ProcessStat stat, long now) {
    var look = looks.get(stat.pid());
    return look != null && look.startTicks == stat.startTicks() && isBase(look.atNanos, now)
        ? look
        : null;
  }

  private @Nullable Used scanned(ProcessStat stat, long now) {
    var times = scan.times();
    int position = times.position((int) stat.pid(), stat.startTicks());
    return position >= 0 && isBase(times.atNanos(position), now)
        ? new Used(stat.startTicks(), times.usedTicks(position), times.atNanos(position))
        : null;
  }

  private static @Nullable Used later(@Nullable Used one, @Nullable Used other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.atNanos - other.atNanos >= 0 ? one : other;
  }

  private static boolean isBase(long atNanos, long now) {
    return now - atNanos >= NEAREST_NANOS && now - atNanos <= FARTHEST_NANOS;
  }

  /** CPU time that a process had used at an instant. */
  private record Used(long startTicks, long usedTicks, long atNanos) {
    private double percent(ProcessStat stat, long now, ProcessFiles files) {
      double seconds = (now - atNanos) / NANOS_PER_SECOND;
      return 100.0 * (stat.cpuTicks() - usedTicks) / files.ticksPerSecond() / seconds;
    }
  }
}
