package io.muster.collector.host;

import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuHardware;
import io.muster.schema.host.CpuReadings;
import io.muster.schema.host.CpuSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
  private CpuTicks previousTicks = new CpuTicks();
  private CpuTicks currentTicks = new CpuTicks();
  private @Nullable CpuDescription cachedDescription;

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
    currentTicks.read(scanner);
    if (currentTicks.cpuCount() == 0) {
      throw new IOException("no CPU line");
    }
    var cpu = toCpu(request, sensors, loadDescription());
    var spare = previousTicks;
    previousTicks = currentTicks;
    currentTicks = spare;
    return cpu;
  }

  private CpuDescription loadDescription() {
    var previous = cachedDescription;
    if (previous != null && previous.topology.isValidFor(currentTicks)) {
      return previous;
    }
    var topology = CpuTopology.read(hostRoot, currentTicks.cpuIds());
    var description = new CpuDescription(topology, CpuFacts.read(hostRoot, topology, scanner));
    cachedDescription = description;
    return description;
  }

  private Cpu toCpu(ReadRequest request, HostSensors sensors, CpuDescription description) {
    var topology = description.topology;
    var facts = description.facts;
    var socketTicks = new SocketTicks(topology.socketCount());
    var cores = measureCores(topology, socketTicks);
    return new Cpu(
        0,
        request.origin(),
        new CpuHardware(
            facts.model(),
            facts.architecture(),
            facts.platform(),
            topology.socketCount(),
            topology.totalCores(),
            topology.cpuCount(),
            facts.baseMhz(),
            facts.maxMhz(),
            facts.cacheMb()),
        new CpuReadings(
            socketTicks.totalPercent(),
            sensors.roundedHottestCpuCelsius(),
            raplPackages.powerWatts()),
        toSockets(description, socketTicks, sensors),
        Optional.empty(),
        cores,
        raplPackages.joules());
  }

  private List<CpuCore> measureCores(CpuTopology topology, SocketTicks socketTicks) {
    var cores = new ArrayList<CpuCore>(topology.cpuCount());
    for (int cpu = 0; cpu < topology.cpuCount(); cpu++) {
      long coreBusyTicks = currentTicks.busyTicksSince(previousTicks, cpu);
      long coreElapsedTicks = currentTicks.elapsedTicksSince(previousTicks, cpu);
      socketTicks.busyTicks[topology.socketPosition(cpu)] += coreBusyTicks;
      socketTicks.elapsedTicks[topology.socketPosition(cpu)] += coreElapsedTicks;
      cores.add(
          new CpuCore(
              topology.cpuId(cpu),
              topology.coreType(cpu).text(),
              CpuTicks.busyPercent(coreBusyTicks, coreElapsedTicks)));
    }
    return cores;
  }

  private static List<CpuSocket> toSockets(
      CpuDescription description, SocketTicks socketTicks, HostSensors sensors) {
    var topology = description.topology;
    var sockets = new ArrayList<CpuSocket>(topology.socketCount());
    for (int socket = 0; socket < topology.socketCount(); socket++) {
      sockets.add(
          new CpuSocket(
              topology.socketId(socket),
              CpuTicks.busyPercent(socketTicks.busyTicks[socket], socketTicks.elapsedTicks[socket]),
              topology.coreCount(socket),
              topology.threadCount(socket),
              sensors.socketCelsius(socket),
              description.facts.baseMhz()));
    }
    return sockets;
  }

  private record CpuDescription(CpuTopology topology, CpuFacts facts) {}

  /** Ticks of each socket since the previous read. Used by one thread only. */
  private static final class SocketTicks {
    private final long[] busyTicks;
    private final long[] elapsedTicks;

    private SocketTicks(int socketCount) {
      busyTicks = new long[socketCount];
      elapsedTicks = new long[socketCount];
    }

    private OptionalDouble totalPercent() {
      long totalBusyTicks = 0;
      long totalElapsedTicks = 0;
      for (int socket = 0; socket < busyTicks.length; socket++) {
        totalBusyTicks += busyTicks[socket];
        totalElapsedTicks += elapsedTicks[socket];
      }
      return CpuTicks.busyPercent(totalBusyTicks, totalElapsedTicks);
    }
  }
}
