package io.muster.collector.host;

import io.muster.collector.proc.CpuList;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.source.CoreType;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One logical CPU of a host: a thread of a core.
 *
 * @param core identity of its core, unique within the host
 */
public record LogicalCpu(int id, int socketId, String core, CoreType coreType) {
  private static final String DEVICES = "sys/devices/";

  /** Returns the number of cores that these threads belong to. */
  static int coreCount(Collection<LogicalCpu> cpus) {
    return (int) cpus.stream().map(LogicalCpu::core).distinct().count();
  }

  /** Reads the CPUs with these numbers of a Linux host. */
  static List<LogicalCpu> readAll(HostRoot hostRoot, List<Integer> ids) {
    var performance = readCpuList(hostRoot, "cpu_core");
    var efficiency = readCpuList(hostRoot, "cpu_atom");
    boolean isHybrid = performance.isPresent() && efficiency.isPresent();
    return ids.stream()
        .map(
            id ->
                new LogicalCpu(
                    id,
                    readSocketId(hostRoot, id),
                    readThreadSiblings(hostRoot, id),
                    isHybrid
                        ? hybridCoreType(performance.get(), efficiency.get(), id)
                        : CoreType.STANDARD))
        .toList();
  }

  /** Returns the directory of a CPU of a Linux host. */
  static String directory(int id) {
    return DEVICES + "system/cpu/cpu" + id;
  }

  /**
   * Reads the socket of a CPU; 0 if the firmware reports -1 or nothing, as on some Arm machines.
   */
  private static int readSocketId(HostRoot hostRoot, int id) {
    var socketId = hostRoot.readNumber(directory(id) + "/topology/physical_package_id");
    return (int) Math.max(0, socketId.orElse(0));
  }

  /**
   * Reads the siblings of a thread, which identify its core: core ids are unique only within a die.
   */
  private static String readThreadSiblings(HostRoot hostRoot, int id) {
    return hostRoot.readText(directory(id) + "/topology/thread_siblings_list").orElse("cpu" + id);
  }

  private static CoreType hybridCoreType(BitSet performance, BitSet efficiency, int id) {
    if (performance.get(id)) {
      return CoreType.PERFORMANCE;
    }
    return efficiency.get(id) ? CoreType.EFFICIENCY : CoreType.STANDARD;
  }

  private static Optional<BitSet> readCpuList(HostRoot hostRoot, String coreKind) {
    return hostRoot.readText(DEVICES + coreKind + "/cpus").map(CpuList::parse);
  }
}
