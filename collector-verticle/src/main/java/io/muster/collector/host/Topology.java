package io.muster.collector.host;

import io.muster.collector.proc.CpuList;
import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.KernelTree;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How the logical CPUs of a Linux host are grouped, in the order of their numbers: which socket
 * each belongs to, and what kind of core it is.
 */
final class Topology {
  /** Kind of a core that is like all the others of its host. */
  static final String STANDARD = "Standard";

  private static final String PERFORMANCE = "Performance";
  private static final String EFFICIENCY = "Efficiency";
  private static final String CPU = "sys/devices/system/cpu/cpu";

  private final int[] cpuIds;
  private final int[] socketIds;
  private final int[] socketPositions;
  private final int[] threads;
  private final int[] cores;
  private final String[] coreTypes;

  private Topology(KernelTree tree, int[] cpuIds) {
    this.cpuIds = cpuIds;
    var socketOfCpu = new int[cpuIds.length];
    Map<Integer, Set<String>> coresOfSocket = new TreeMap<>();
    for (int cpu = 0; cpu < cpuIds.length; cpu++) {
      socketOfCpu[cpu] = socket(tree, cpuIds[cpu]);
      coresOfSocket
          .computeIfAbsent(socketOfCpu[cpu], id -> new HashSet<>())
          .add(core(tree, cpuIds[cpu]));
    }
    this.socketIds = coresOfSocket.keySet().stream().mapToInt(Integer::intValue).toArray();
    this.cores = coresOfSocket.values().stream().mapToInt(Set::size).toArray();
    this.threads = new int[socketIds.length];
    this.socketPositions = positions(socketOfCpu);
    this.coreTypes = coreTypes(tree, cpuIds);
  }

  static Topology of(KernelTree tree, int[] cpuIds) {
    return new Topology(tree, cpuIds);
  }

  /** Whether it still describes these CPUs; it does not after one went off or on. */
  boolean fits(CpuTicks ticks) {
    boolean fits = ticks.count() == cpuIds.length;
    for (int cpu = 0; fits && cpu < cpuIds.length; cpu++) {
      fits = ticks.id(cpu) == cpuIds[cpu];
    }
    return fits;
  }

  int cpuCount() {
    return cpuIds.length;
  }

  int cpuId(int cpu) {
    return cpuIds[cpu];
  }

  String coreType(int cpu) {
    return coreTypes[cpu];
  }

  /** Position of a CPU's socket, from 0 in the order of the socket ids. */
  int socketOf(int cpu) {
    return socketPositions[cpu];
  }

  int socketCount() {
    return socketIds.length;
  }

  int socketId(int socket) {
    return socketIds[socket];
  }

  int cores(int socket) {
    return cores[socket];
  }

  int threads(int socket) {
    return threads[socket];
  }

  int totalCores() {
    int total = 0;
    for (int count : cores) {
      total += count;
    }
    return total;
  }

  private int[] positions(int[] socketOfCpu) {
    var positionOfId = new HashMap<Integer, Integer>();
    for (int socket = 0; socket < socketIds.length; socket++) {
      positionOfId.put(socketIds[socket], socket);
    }
    var positions = new int[socketOfCpu.length];
    for (int cpu = 0; cpu < socketOfCpu.length; cpu++) {
      positions[cpu] = positionOfId.getOrDefault(socketOfCpu[cpu], 0);
      threads[positions[cpu]]++;
    }
    return positions;
  }

  /** Firmware of some Arm machines gives -1 or nothing: then all is one socket. */
  private static int socket(KernelTree tree, int cpuId) {
    return (int) Math.max(0, tree.number(CPU + cpuId + "/topology/physical_package_id").orElse(0));
  }

  /** Threads of one core name the same siblings; core ids alone repeat from die to die. */
  private static String core(KernelTree tree, int cpuId) {
    return tree.text(CPU + cpuId + "/topology/thread_siblings_list").orElse("cpu" + cpuId);
  }

  private static String[] coreTypes(KernelTree tree, int[] cpuIds) {
    var performance = cpus(tree, "sys/devices/cpu_core/cpus");
    var efficiency = cpus(tree, "sys/devices/cpu_atom/cpus");
    boolean hybrid = performance.isPresent() && efficiency.isPresent();
    var types = new String[cpuIds.length];
    for (int cpu = 0; cpu < cpuIds.length; cpu++) {
      types[cpu] = hybrid ? type(performance.get(), efficiency.get(), cpuIds[cpu]) : STANDARD;
    }
    return types;
  }

  private static String type(BitSet performance, BitSet efficiency, int cpuId) {
    if (performance.get(cpuId)) {
      return PERFORMANCE;
    }
    return efficiency.get(cpuId) ? EFFICIENCY : STANDARD;
  }

  private static Optional<BitSet> cpus(KernelTree tree, String path) {
    return tree.text(path).map(CpuList::parse);
  }
}
