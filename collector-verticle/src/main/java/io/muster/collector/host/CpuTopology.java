package io.muster.collector.host;

import io.muster.collector.proc.CpuList;
import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.source.CoreType;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Grouping of the logical CPUs of a Linux host, in the order of their numbers: the socket and the
 * core type of each. Immutable, and therefore safe for use by any thread.
 */
final class CpuTopology {
  private static final String CPU_PATH_PREFIX = "sys/devices/system/cpu/cpu";

  private final int[] cpuIds;
  private final int[] socketIds;
  private final int[] socketPositions;
  private final int[] threadCounts;
  private final int[] coreCounts;
  private final CoreType[] coreTypes;

  private CpuTopology(HostRoot hostRoot, int[] cpuIds) {
    this.cpuIds = cpuIds;
    var socketIdsByCpu = new int[cpuIds.length];
    Map<Integer, Set<String>> coresBySocketId = new TreeMap<>();
    for (int cpu = 0; cpu < cpuIds.length; cpu++) {
      socketIdsByCpu[cpu] = readSocketId(hostRoot, cpuIds[cpu]);
      coresBySocketId
          .computeIfAbsent(socketIdsByCpu[cpu], id -> new HashSet<>())
          .add(readThreadSiblings(hostRoot, cpuIds[cpu]));
    }
    this.socketIds = coresBySocketId.keySet().stream().mapToInt(Integer::intValue).toArray();
    this.coreCounts = coresBySocketId.values().stream().mapToInt(Set::size).toArray();
    this.threadCounts = new int[socketIds.length];
    this.socketPositions = resolveSocketPositions(socketIdsByCpu);
    this.coreTypes = readCoreTypes(hostRoot, cpuIds);
  }

  static CpuTopology read(HostRoot hostRoot, int[] cpuIds) {
    return new CpuTopology(hostRoot, cpuIds);
  }

  /** Returns true if these CPUs are the ones described; false after one went offline or online. */
  boolean isValidFor(CpuTicks ticks) {
    boolean matches = ticks.cpuCount() == cpuIds.length;
    for (int cpu = 0; matches && cpu < cpuIds.length; cpu++) {
      matches = ticks.cpuId(cpu) == cpuIds[cpu];
    }
    return matches;
  }

  int cpuCount() {
    return cpuIds.length;
  }

  int cpuId(int cpu) {
    return cpuIds[cpu];
  }

  CoreType coreType(int cpu) {
    return coreTypes[cpu];
  }

  /** Returns the position of a CPU's socket, from 0 in the order of the socket ids. */
  int socketPosition(int cpu) {
    return socketPositions[cpu];
  }

  int socketCount() {
    return socketIds.length;
  }

  int socketId(int socket) {
    return socketIds[socket];
  }

  int coreCount(int socket) {
    return coreCounts[socket];
  }

  int threadCount(int socket) {
    return threadCounts[socket];
  }

  int totalCores() {
    int total = 0;
    for (int count : coreCounts) {
      total += count;
    }
    return total;
  }

  private int[] resolveSocketPositions(int[] socketIdsByCpu) {
    var positionsById = new HashMap<Integer, Integer>();
    for (int socket = 0; socket < socketIds.length; socket++) {
      positionsById.put(socketIds[socket], socket);
    }
    var positions = new int[socketIdsByCpu.length];
    for (int cpu = 0; cpu < socketIdsByCpu.length; cpu++) {
      positions[cpu] = positionsById.getOrDefault(socketIdsByCpu[cpu], 0);
      threadCounts[positions[cpu]]++;
    }
    return positions;
  }

  /**
   * Reads the socket of a CPU; 0 if the firmware reports -1 or nothing, as on some Arm machines.
   */
  private static int readSocketId(HostRoot hostRoot, int cpuId) {
    return (int)
        Math.max(
            0,
            hostRoot
                .readNumber(CPU_PATH_PREFIX + cpuId + "/topology/physical_package_id")
                .orElse(0));
  }

  /**
   * Reads the siblings of a thread, which identify its core: core ids are unique only within a die.
   */
  private static String readThreadSiblings(HostRoot hostRoot, int cpuId) {
    return hostRoot
        .readText(CPU_PATH_PREFIX + cpuId + "/topology/thread_siblings_list")
        .orElse("cpu" + cpuId);
  }

  private static CoreType[] readCoreTypes(HostRoot hostRoot, int[] cpuIds) {
    var performance = readCpuList(hostRoot, "sys/devices/cpu_core/cpus");
    var efficiency = readCpuList(hostRoot, "sys/devices/cpu_atom/cpus");
    boolean isHybrid = performance.isPresent() && efficiency.isPresent();
    var types = new CoreType[cpuIds.length];
    for (int cpu = 0; cpu < cpuIds.length; cpu++) {
      types[cpu] =
          isHybrid
              ? hybridCoreType(performance.get(), efficiency.get(), cpuIds[cpu])
              : CoreType.STANDARD;
    }
    return types;
  }

  private static CoreType hybridCoreType(BitSet performance, BitSet efficiency, int cpuId) {
    if (performance.get(cpuId)) {
      return CoreType.PERFORMANCE;
    }
    return efficiency.get(cpuId) ? CoreType.EFFICIENCY : CoreType.STANDARD;
  }

  private static Optional<BitSet> readCpuList(HostRoot hostRoot, String path) {
    return hostRoot.readText(path).map(CpuList::parse);
  }
}
