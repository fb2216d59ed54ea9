package io.muster.collector.oshi;

import io.muster.collector.proc.CpuArchitecture;
import io.muster.collector.proc.CpuTicks;
import io.muster.collector.source.CoreType;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuHardware;
import io.muster.schema.host.CpuReadings;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.PlatformType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.LogicalProcessor;
import oshi.hardware.CentralProcessor.PhysicalProcessor;
import oshi.hardware.CentralProcessor.ProcessorCache;
import oshi.hardware.CentralProcessor.TickType;

/**
 * Reader of the CPU section through OSHI. CPUs are numbered by their position in OSHI's list. Used
 * by one thread only.
 */
final class OshiCpuReader {
  private final CentralProcessor processor;
  private final List<LogicalProcessor> logicalProcessors;
  private final List<PhysicalProcessor> physicalProcessors;
  private final String model;
  private final PlatformType platformType;
  private final int baseMhz;
  private final int maxMhz;
  private final int cacheMb;
  private CpuTicks previousTicks = new CpuTicks();
  private CpuTicks currentTicks = new CpuTicks();

  OshiCpuReader(CentralProcessor processor) {
    var identifier = processor.getProcessorIdentifier();
    this.processor = processor;
    this.logicalProcessors = processor.getLogicalProcessors();
    this.physicalProcessors = processor.getPhysicalProcessors();
    this.model = identifier.getName();
    this.platformType = PlatformType.ofVendor(identifier.getVendor().replace(" Inc.", ""));
    this.baseMhz = toMhz(identifier.getVendorFreq());
    this.maxMhz = Math.max(toMhz(processor.getMaxFreq()), baseMhz);
    this.cacheMb = lastLevelCacheMb(processor.getProcessorCaches());
  }

  Cpu read(ReadRequest request, OptionalInt celsius) {
    storeTicks(processor.getProcessorCpuLoadTicks());
    var sumsBySocketId = new TreeMap<Integer, TickSum>();
    var cores = new ArrayList<CpuCore>();
    var total = new TickSum();
    for (int cpu = 0; cpu < Math.min(currentTicks.cpuCount(), logicalProcessors.size()); cpu++) {
      long coreBusyTicks = currentTicks.busyTicksSince(previousTicks, cpu);
      long coreElapsedTicks = currentTicks.elapsedTicksSince(previousTicks, cpu);
      total.add(coreBusyTicks, coreElapsedTicks);
      sumsBySocketId
          .computeIfAbsent(
              logicalProcessors.get(cpu).getPhysicalPackageNumber(), socketId -> new TickSum())
          .add(coreBusyTicks, coreElapsedTicks);
      cores.add(
          new CpuCore(
              cpu,
              coreType(logicalProcessors.get(cpu)).text(),
              CpuTicks.busyPercent(coreBusyTicks, coreElapsedTicks)));
    }
    var spare = previousTicks;
    previousTicks = currentTicks;
    currentTicks = spare;
    return toCpu(request, celsius, new CpuTickSums(total, sumsBySocketId, cores));
  }

  private Cpu toCpu(ReadRequest request, OptionalInt celsius, CpuTickSums sums) {
    var sockets = new ArrayList<CpuSocket>();
    sums.bySocketId.forEach((socketId, sum) -> sockets.add(toSocket(socketId, sum, celsius)));
    return new Cpu(
        0,
        request.origin(),
        new CpuHardware(
            model,
            CpuArchitecture.ofThisJvm(),
            platformType,
            processor.getPhysicalPackageCount(),
            processor.getPhysicalProcessorCount(),
            processor.getLogicalProcessorCount(),
            baseMhz,
            maxMhz,
            cacheMb),
        new CpuReadings(sums.total.busyPercent(), celsius, OptionalDouble.empty()),
        sockets,
        Optional.empty(),
        sums.cores,
        OptionalDouble.empty());
  }

  /**
   * Converts a socket. OSHI reports one temperature, which is assigned only if there is a single
   * socket.
   */
  private CpuSocket toSocket(int socketId, TickSum sum, OptionalInt celsius) {
    int coreCount =
        (int)
            physicalProcessors.stream()
                .filter(core -> core.getPhysicalPackageNumber() == socketId)
                .count();
    boolean isOnlySocket = processor.getPhysicalPackageCount() == 1;
    return new CpuSocket(
        socketId,
        sum.busyPercent(),
        coreCount,
        sum.threadCount,
        isOnlySocket ? celsius : OptionalInt.empty(),
        baseMhz);
  }

  private void storeTicks(long[][] ticksByCpu) {
    currentTicks.clear();
    for (var ticks : ticksByCpu) {
      long totalTicks = 0;
      for (long stateTicks : ticks) {
        totalTicks += stateTicks;
      }
      long idleTicks = ticks[TickType.IDLE.getIndex()] + ticks[TickType.IOWAIT.getIndex()];
      currentTicks.add(currentTicks.cpuCount(), idleTicks, totalTicks);
    }
  }

  private CoreType coreType(LogicalProcessor cpu) {
    int minEfficiency =
        physicalProcessors.stream().mapToInt(PhysicalProcessor::getEfficiency).min().orElse(0);
    int maxEfficiency =
        physicalProcessors.stream().mapToInt(PhysicalProcessor::getEfficiency).max().orElse(0);
    if (minEfficiency == maxEfficiency) {
      return CoreType.STANDARD;
    }
    return physicalProcessors.stream()
            .anyMatch(core -> isCoreOf(core, cpu) && core.getEfficiency() > minEfficiency)
        ? CoreType.PERFORMANCE
        : CoreType.EFFICIENCY;
  }

  private static boolean isCoreOf(PhysicalProcessor core, LogicalProcessor cpu) {
    return core.getPhysicalProcessorNumber() == cpu.getPhysicalProcessorNumber()
        && core.getPhysicalPackageNumber() == cpu.getPhysicalPackageNumber();
  }

  /** Converts a frequency; OSHI reports -1 for one that it cannot determine. */
  private static int toMhz(long hertz) {
    return (int) (Math.max(0, hertz) / 1_000_000);
  }

  private static int lastLevelCacheMb(List<ProcessorCache> caches) {
    int lastLevel = caches.stream().mapToInt(ProcessorCache::getLevel).max().orElse(0);
    int bytes =
        caches.stream()
            .filter(cache -> cache.getLevel() == lastLevel)
            .mapToInt(ProcessorCache::getCacheSize)
            .max()
            .orElse(0);
    return bytes / (1 << 20);
  }

  private record CpuTickSums(
      TickSum total, TreeMap<Integer, TickSum> bySocketId, List<CpuCore> cores) {}

  /** Ticks of several CPUs since the previous read. Used by one thread only. */
  private static final class TickSum {
    private long busyTicks;
    private long elapsedTicks;
    private int threadCount;

    private void add(long addedBusyTicks, long addedElapsedTicks) {
      busyTicks += addedBusyTicks;
      elapsedTicks += addedElapsedTicks;
      threadCount++;
    }

    private OptionalDouble busyPercent() {
      return CpuTicks.busyPercent(busyTicks, elapsedTicks);
    }
  }
}
