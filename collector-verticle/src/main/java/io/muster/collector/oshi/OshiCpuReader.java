package io.muster.collector.oshi;

import static java.util.stream.Collectors.toMap;

import io.muster.collector.host.CpuDescription;
import io.muster.collector.host.LogicalCpu;
import io.muster.collector.proc.CpuArchitecture;
import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.CpuTicks.TickCounters;
import io.muster.collector.source.CoreType;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuHardware;
import io.muster.schema.host.PlatformType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.PhysicalProcessor;
import oshi.hardware.CentralProcessor.ProcessorCache;
import oshi.hardware.CentralProcessor.TickType;

/**
 * Reader of the CPU section through OSHI. CPUs are numbered by their position in OSHI's list. Used
 * by one thread only.
 */
final class OshiCpuReader {
  private final CentralProcessor processor;
  private final CpuDescription description;
  private final CpuTicks ticks = new CpuTicks();

  OshiCpuReader(CentralProcessor processor) {
    this.processor = processor;
    this.description = new CpuDescription(hardware(processor), logicalCpus(processor));
  }

  /**
   * Reads the CPUs. OSHI reports one temperature, which is that of a socket if it is the only one.
   */
  Cpu read(ReadRequest request, OptionalInt celsius) {
    var countersByCpu = new LinkedHashMap<Integer, TickCounters>();
    for (var ticksByState : processor.getProcessorCpuLoadTicks()) {
      countersByCpu.put(countersByCpu.size(), counters(ticksByState));
    }
    ticks.update(countersByCpu);
    var socketCelsius = processor.getPhysicalPackageCount() == 1 ? celsius : OptionalInt.empty();
    return description.toCpu(
        request, ticks, celsius, OptionalDouble.empty(), socket -> socketCelsius);
  }

  private static TickCounters counters(long[] ticksByState) {
    long idleTicks =
        ticksByState[TickType.IDLE.getIndex()] + ticksByState[TickType.IOWAIT.getIndex()];
    return new TickCounters(idleTicks, LongStream.of(ticksByState).sum());
  }

  private static CpuHardware hardware(CentralProcessor processor) {
    var identifier = processor.getProcessorIdentifier();
    int baseMhz = toMhz(identifier.getVendorFreq());
    return new CpuHardware(
        identifier.getName(),
        CpuArchitecture.ofThisJvm(),
        PlatformType.ofVendor(identifier.getVendor().replace(" Inc.", "")),
        processor.getPhysicalPackageCount(),
        processor.getPhysicalProcessorCount(),
        processor.getLogicalProcessorCount(),
        baseMhz,
        Math.max(toMhz(processor.getMaxFreq()), baseMhz),
        lastLevelCacheMb(processor.getProcessorCaches()));
  }

  private static List<LogicalCpu> logicalCpus(CentralProcessor processor) {
    var logicalProcessors = processor.getLogicalProcessors();
    var efficiencies =
        processor.getPhysicalProcessors().stream()
            .collect(
                toMap(
                    core ->
                        core(core.getPhysicalPackageNumber(), core.getPhysicalProcessorNumber()),
                    PhysicalProcessor::getEfficiency,
                    Math::max));
    return IntStream.range(0, logicalProcessors.size())
        .mapToObj(
            id -> {
              var thread = logicalProcessors.get(id);
              int socketId = thread.getPhysicalPackageNumber();
              var core = core(socketId, thread.getPhysicalProcessorNumber());
              return new LogicalCpu(id, socketId, core, coreType(core, efficiencies));
            })
        .toList();
  }

  private static String core(int socketId, int number) {
    return socketId + ":" + number;
  }

  private static CoreType coreType(String core, Map<String, Integer> efficiencies) {
    if (efficiencies.values().stream().distinct().count() < 2) {
      return CoreType.STANDARD;
    }
    int minEfficiency = Collections.min(efficiencies.values());
    return efficiencies.getOrDefault(core, minEfficiency) > minEfficiency
        ? CoreType.PERFORMANCE
        : CoreType.EFFICIENCY;
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
}
