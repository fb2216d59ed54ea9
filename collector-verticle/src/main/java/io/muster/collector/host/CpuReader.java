package io.muster.collector.host;

import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Cpu;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the CPU section of a Linux host: the ticks of {@code /proc/stat} since the previous
 * read, and facts that are read once and again when a CPU goes offline or online. Used by the
 * lane's thread only.
 */
final class CpuReader {
  /** Path of the counters, reported in read failures. */
  static final String STAT_PATH = "proc/stat";

  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private final RaplPackages raplPackages;
  private final CpuTicks ticks = new CpuTicks();
  private @Nullable CpuDescription description;

  /**
   * Creates the reader; nothing is read yet.
   *
   * @param raplPackages energy counters, which the caller reads first
   */
  CpuReader(HostRoot hostRoot, KernelFileScanner scanner, RaplPackages raplPackages) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
    this.raplPackages = raplPackages;
  }

  Cpu read(ReadRequest request, HostSensors sensors) throws IOException {
    scanner.load(hostRoot.file(STAT_PATH));
    ticks.read(scanner);
    if (ticks.cpuIds().isEmpty()) {
      throw new IOException("no CPU line");
    }
    return loadDescription()
        .toCpu(
            request,
            ticks,
            sensors.roundedHottestCpuCelsius(),
            raplPackages.powerWatts(),
            sensors::socketCelsius)
        .withEnergyConsumedJoules(raplPackages.joules());
  }

  private CpuDescription loadDescription() {
    var previous = description;
    if (previous != null && previous.hasCpus(ticks.cpuIds())) {
      return previous;
    }
    var cpus = LogicalCpu.readAll(hostRoot, ticks.cpuIds());
    var current = new CpuDescription(new CpuHardwareReader(hostRoot, scanner).read(cpus), cpus);
    description = current;
    return current;
  }
}
