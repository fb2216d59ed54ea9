package io.muster.collector.simulation;

import io.muster.collector.source.CoreType;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.ChassisThermal;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuHardware;
import io.muster.schema.host.CpuReadings;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.Memory;
import io.muster.schema.host.Memory.MemorySizes;
import io.muster.schema.host.Memory.SwapSizes;
import io.muster.schema.host.PlatformType;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.ProcessGpuUse;
import io.muster.schema.host.ProcessIdentity;
import io.muster.schema.host.ProcessLoad;
import io.muster.schema.host.ProcessSchedule;
import io.muster.schema.host.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Source of the host readings of one simulated host: a two-socket server with 64 threads and 1 TiB
 * of memory. Used by the lane's thread only.
 */
public final class SimulatedHostSource implements HardwareSource<HostReadings> {
  /** Name of the sources of simulated hosts. */
  public static final String NAME = "simulation";

  static final long FIRST_PID = 40_001;

  private static final int CPU_DEVICE = SimulationSpec.MAX_GPUS_PER_HOST;
  private static final int MEMORY_DEVICE = CPU_DEVICE + 1;
  private static final int NETWORK_DEVICE = CPU_DEVICE + 2;
  private static final int SOCKET_COUNT = 2;
  private static final int THREAD_COUNT = 64;
  private static final int BASE_MHZ = 2000;
  private static final double IDLE_WATTS_PER_SOCKET = 90;
  private static final double FULL_LOAD_EXTRA_WATTS_PER_SOCKET = 260;
  private static final long MEMORY_BYTES = 1L << 40;
  private static final long DISK_BYTES = 8L << 40;
  private static final long MAX_BYTES_PER_TICK = 3_000_000_000L;

  private final SimulatedLoad cpuLoad;
  private final SimulatedLoad memoryLoad;
  private final SimulatedLoad networkLoad;
  private final int processCount;
  private long sentBytes;
  private long receivedBytes;

  /**
   * Creates a host whose sequence of readings depends on the seed only, with one process for each
   * GPU.
   */
  public SimulatedHostSource(SimulationSpec spec, long seed) {
    cpuLoad = new SimulatedLoad(seed, CPU_DEVICE);
    memoryLoad = new SimulatedLoad(seed, MEMORY_DEVICE);
    networkLoad = new SimulatedLoad(seed, NETWORK_DEVICE);
    processCount = spec.gpusPerHost();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public HostReadings read(ReadRequest request) {
    var cpuPercent = cpuLoad.next() * 100;
    var networkRatio = networkLoad.next();
    sentBytes += Math.round(networkRatio * MAX_BYTES_PER_TICK);
    receivedBytes += Math.round(networkRatio * MAX_BYTES_PER_TICK * 0.9);
    return new HostReadings(
        Optional.of(cpu(request, cpuPercent)),
        Optional.of(memory(request)),
        Optional.of(chassis(request)),
        List.of(storage(request.hostname())),
        request.includesProcesses() ? Optional.of(processes(cpuPercent)) : Optional.empty(),
        Optional.of(new HostReadings.NetworkCounters(sentBytes, receivedBytes)),
        List.of());
  }

  @Override
  public void close() {
    // There is nothing to release.
  }

  private static Cpu cpu(ReadRequest request, double cpuPercent) {
    var utilization = OptionalDouble.of(cpuPercent);
    return new Cpu(
        0,
        request.origin(),
        new CpuHardware(
            "Simulated CPU",
            "x86_64",
            PlatformType.ofVendor("GenuineIntel"),
            SOCKET_COUNT,
            THREAD_COUNT / 2,
            THREAD_COUNT,
            BASE_MHZ,
            3800,
            105),
        new CpuReadings(
            utilization,
            OptionalInt.of((int) Math.round(35 + cpuPercent / 3)),
            OptionalDouble.of(
                SOCKET_COUNT
                    * (IDLE_WATTS_PER_SOCKET
                        + FULL_LOAD_EXTRA_WATTS_PER_SOCKET * Math.rint(cpuPercent) / 100))),
        cpuSockets(utilization),
        Optional.empty(),
        IntStream.range(0, THREAD_COUNT)
            .mapToObj(id -> new CpuCore(id, CoreType.STANDARD.text(), utilization))
            .toList(),
        OptionalDouble.empty());
  }

  private static List<CpuSocket> cpuSockets(OptionalDouble utilization) {
    var threadsPerSocket = THREAD_COUNT / SOCKET_COUNT;
    return IntStream.range(0, SOCKET_COUNT)
        .mapToObj(
            id ->
                new CpuSocket(
                    id,
                    utilization,
                    threadsPerSocket / 2,
                    threadsPerSocket,
                    OptionalInt.empty(),
                    BASE_MHZ))
        .toList();
  }

  private Memory memory(ReadRequest request) {
    var usedBytes = (long) (MEMORY_BYTES * (0.1 + 0.7 * memoryLoad.next()));
    var availableBytes = MEMORY_BYTES - usedBytes;
    return new Memory(
        0,
        request.origin(),
        new MemorySizes(
            MEMORY_BYTES, usedBytes, availableBytes, availableBytes / 2, 0, availableBytes / 2),
        new SwapSizes(0, 0, 0),
        100.0 * usedBytes / MEMORY_BYTES);
  }

  private static Chassis chassis(ReadRequest request) {
    return new Chassis(
        request.origin(),
        OptionalDouble.empty(),
        new ChassisThermal(OptionalDouble.of(24), OptionalDouble.of(36), Optional.empty()),
        List.of(),
        List.of(),
        Map.of("Product Name", "Simulated GPU server", "platform", "Simulation"),
        OptionalDouble.empty(),
        Optional.empty());
  }

  private static Storage storage(String hostname) {
    return new Storage("/", DISK_BYTES, DISK_BYTES / 3, hostname, hostname, 0);
  }

  private List<ProcessEntry> processes(double cpuPercent) {
    return IntStream.range(0, processCount)
        .mapToObj(
            index ->
                new ProcessEntry(
                    new ProcessIdentity(
                        FIRST_PID + index, 1, "train", "simulation", "train --rank " + index, "0"),
                    new ProcessSchedule("R", 8, 20, 0),
                    new ProcessLoad(cpuPercent, 0, 1, MEMORY_BYTES / 100, MEMORY_BYTES / 50),
                    ProcessGpuUse.NONE))
        .toList();
  }
}
