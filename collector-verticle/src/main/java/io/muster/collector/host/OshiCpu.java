package io.muster.collector.host;

import io.muster.collector.proc.CpuTicks;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
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

/** The CPU section by way of OSHI. CPUs are numbered by their position in OSHI's list. */
final class OshiCpu {
  private static final String PERFORMANCE = "Performance";
  private static final String EFFICIENCY = "Efficiency";

  private final CentralProcessor processor;
  private final List<LogicalProcessor> logical;
  private final List<PhysicalProcessor> physical;
  private final String model;
  private final PlatformType platform;
  private final int baseMhz;
  private final int maxMhz;
  private final int cacheMb;
  private CpuTicks earlier = new CpuTicks();
  private CpuTicks current = new CpuTicks();

  OshiCpu(CentralProcessor processor) {
    var identifier = processor.getProcessorIdentifier();
    this.processor = processor;
    this.logical = processor.getLogicalProcessors();
    this.physical = processor.getPhysicalProcessors();
    this.model = identifier.getName();
    this.platform = PlatformType.ofVendor(identifier.getVendor().replace(" Inc.", ""));
    this.baseMhz = mhz(identifier.getVendorFreq());
    this.maxMhz = Math.max(mhz(processor.getMaxFreq()), baseMhz);
    this.cacheMb = cacheMb(processor.getProcessorCaches());
  }

  Cpu read(ReadRequest request, OptionalInt celsius) {
    take(processor.getProcessorCpuLoadTicks());
    var sockets = new TreeMap<Integer, Load>();
    var cores = new ArrayList<CpuCore>();
    var whole = new Load();
    for (int cpu = 0; cpu < Math.min(current.count(), logical.size()); cpu++) {
      long busy = current.busySince(earlier, cpu);
      long passed = current.passedSince(earlier, cpu);
      whole.add(busy, passed);
      sockets
          .computeIfAbsent(logical.get(cpu).getPhysicalPackageNumber(), id -> new Load())
          .add(busy, passed);
      cores.add(new CpuCore(cpu, coreType(logical.get(cpu)), CpuTicks.percent(busy, passed)));
    }
    var spare = earlier;
    earlier = current;
    current = spare;
    return section(request, celsius, new Loads(whole, sockets, cores));
  }

  private Cpu section(ReadRequest request, OptionalInt celsius, Loads loads) {
    var sockets = new ArrayList<CpuSocket>();
    loads.sockets.forEach((id, load) -> sockets.add(socket(id, load, celsius)));
    return new Cpu(
        0,
        request.host(),
        request.host(),
        request.host(),
        model,
        CpuInventory.architecture(System.getProperty("os.arch", "")),
        platform,
        processor.getPhysicalPackageCount(),
        processor.getPhysicalProcessorCount(),
        processor.getLogicalProcessorCount(),
        baseMhz,
        maxMhz,
        cacheMb,
        loads.whole.percent(),
        celsius,
        OptionalDouble.empty(),
        sockets,
        Optional.empty(),
        loads.cores,
        request.time(),
        OptionalDouble.empty());
  }

  /** OSHI knows one temperature: it is that of a lone socket, and of none among several. */
  private CpuSocket socket(int id, Load load, OptionalInt celsius) {
    int cores =
        (int) physical.stream().filter(core -> core.getPhysicalPackageNumber() == id).count();
    boolean lone = processor.getPhysicalPackageCount() == 1;
    return new CpuSocket(
        id, load.percent(), cores, load.threads, lone ? celsius : OptionalInt.empty(), baseMhz);
  }

  private void take(long[][] ticksOfCpus) {
    current.clear();
    for (var ticks : ticksOfCpus) {
      long total = 0;
      for (long part : ticks) {
        total += part;
      }
      long idle = ticks[TickType.IDLE.getIndex()] + ticks[TickType.IOWAIT.getIndex()];
      current.add(current.count(), idle, total);
    }
  }

  private String coreType(LogicalProcessor cpu) {
    int lowest = physical.stream().mapToInt(PhysicalProcessor::getEfficiency).min().orElse(0);
    int highest = physical.stream().mapToInt(PhysicalProcessor::getEfficiency).max().orElse(0);
    if (lowest == highest) {
      return Topology.STANDARD;
    }
    return physical.stream().anyMatch(core -> isCoreOf(core, cpu) && core.getEfficiency() > lowest)
        ? PERFORMANCE
        : EFFICIENCY;
  }

  private static boolean isCoreOf(PhysicalProcessor core, LogicalProcessor cpu) {
    return core.getPhysicalProcessorNumber() == cpu.getPhysicalProcessorNumber()
        && core.getPhysicalPackageNumber() == cpu.getPhysicalPackageNumber();
  }

  /** OSHI says -1 for a frequency that it cannot tell. */
  private static int mhz(long hertz) {
    return (int) (Math.max(0, hertz) / 1_000_000);
  }

  private static int cacheMb(List<ProcessorCache> caches) {
    int last = caches.stream().mapToInt(ProcessorCache::getLevel).max().orElse(0);
    int bytes =
        caches.stream()
            .filter(cache -> cache.getLevel() == last)
            .mapToInt(ProcessorCache::getCacheSize)
            .max()
            .orElse(0);
    return bytes / (1 << 20);
  }

  private record Loads(Load whole, TreeMap<Integer, Load> sockets, List<CpuCore> cores) {}

  private static final class Load {
    private long busy;
    private long passed;
    private int threads;

    private void add(long busyTicks, long passedTicks) {
      busy += busyTicks;
      passed += passedTicks;
      threads++;
    }

    private OptionalDouble percent() {
      return CpuTicks.percent(busy, passed);
    }
  }
}
