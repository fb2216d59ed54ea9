package io.muster.collector.host;

import io.muster.collector.energy.RaplPackages;
import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The CPU section of a Linux host: {@code /proc/stat} against its last reading, over an inventory
 * that is taken once and again when a CPU goes off or on.
 */
final class CpuReader {
  /** Where the counters stand, for the failure. */
  static final String PATH = "proc/stat";

  private final KernelTree tree;
  private final KernelText text;
  private final RaplPackages power;
  private CpuTicks earlier = new CpuTicks();
  private CpuTicks current = new CpuTicks();
  private @Nullable Shape shape;

  /**
   * Reads nothing yet.
   *
   * @param power as of its last reading
   */
  CpuReader(KernelTree tree, KernelText text, RaplPackages power) {
    this.tree = tree;
    this.text = text;
    this.power = power;
  }

  Cpu read(ReadRequest request, Sensors sensors) throws IOException {
    text.load(tree.file(PATH));
    current.read(text);
    if (current.count() == 0) {
      throw new IOException("no line of a CPU");
    }
    var cpu = section(request, sensors, fittingShape());
    var spare = earlier;
    earlier = current;
    current = spare;
    return cpu;
  }

  private Shape fittingShape() {
    var known = shape;
    if (known != null && known.topology.fits(current)) {
      return known;
    }
    var topology = Topology.of(tree, current.ids());
    var taken = new Shape(topology, CpuInventory.read(tree, topology, text));
    shape = taken;
    return taken;
  }

  private Cpu section(ReadRequest request, Sensors sensors, Shape shape) {
    var topology = shape.topology;
    var inventory = shape.inventory;
    var load = new Load(topology.socketCount());
    var cores = cores(topology, load);
    return new Cpu(
        0,
        request.host(),
        request.host(),
        request.host(),
        inventory.model(),
        inventory.architecture(),
        inventory.platform(),
        topology.socketCount(),
        topology.totalCores(),
        topology.cpuCount(),
        inventory.baseMhz(),
        inventory.maxMhz(),
        inventory.cacheMb(),
        load.whole(),
        sensors.hottestCpu(),
        power.watts(),
        sockets(shape, load, sensors),
        Optional.empty(),
        cores,
        request.time(),
        power.joules());
  }

  private List<CpuCore> cores(Topology topology, Load load) {
    var cores = new ArrayList<CpuCore>(topology.cpuCount());
    for (int cpu = 0; cpu < topology.cpuCount(); cpu++) {
      long busy = current.busySince(earlier, cpu);
      long passed = current.passedSince(earlier, cpu);
      load.busy[topology.socketOf(cpu)] += busy;
      load.passed[topology.socketOf(cpu)] += passed;
      cores.add(
          new CpuCore(topology.cpuId(cpu), topology.coreType(cpu), CpuTicks.percent(busy, passed)));
    }
    return cores;
  }

  private static List<CpuSocket> sockets(Shape shape, Load load, Sensors sensors) {
    var topology = shape.topology;
    var sockets = new ArrayList<CpuSocket>(topology.socketCount());
    for (int socket = 0; socket < topology.socketCount(); socket++) {
      sockets.add(
          new CpuSocket(
              topology.socketId(socket),
              CpuTicks.percent(load.busy[socket], load.passed[socket]),
              topology.cores(socket),
              topology.threads(socket),
              sensors.cpu(socket),
              shape.inventory.baseMhz()));
    }
    return sockets;
  }

  private record Shape(Topology topology, CpuInventory inventory) {}

  /** Ticks of each socket since the last reading. */
  private static final class Load {
    private final long[] busy;
    private final long[] passed;

    private Load(int sockets) {
      busy = new long[sockets];
      passed = new long[sockets];
    }

    private OptionalDouble whole() {
      long allBusy = 0;
      long allPassed = 0;
      for (int socket = 0; socket < busy.length; socket++) {
        allBusy += busy[socket];
        allPassed += passed[socket];
      }
      return CpuTicks.percent(allBusy, allPassed);
    }
  }
}
