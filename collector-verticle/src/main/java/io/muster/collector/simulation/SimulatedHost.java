package io.muster.collector.simulation;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReading;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.Memory;
import io.muster.schema.host.PlatformType;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The rest of one simulated host: a two-socket server with 64 threads and 1 TiB of memory. */
public final class SimulatedHost implements HardwareSource<HostReading> {
  static final long FIRST_PID = 40_001;

  private static final int CPU = SimulationSpec.MAX_GPUS;
  private static final int MEMORY = CPU + 1;
  private static final int NETWORK = CPU + 2;
  private static final int SOCKETS = 2;
  private static final int THREADS = 64;
  private static final int BASE_MHZ = 2000;
  private static final double IDLE_WATTS = 90;
  private static final double LOAD_WATTS = 260;
  private static final long MEMORY_BYTES = 1L << 40;
  private static final long DISK_BYTES = 8L << 40;
  private static final long BYTES_PER_TICK = 3_000_000_000L;

  private final SimulatedLoad cpuLoad;
  private final SimulatedLoad memoryLoad;
  private final SimulatedLoad networkLoad;
  private final int processCount;
  private long sentBytes;
  private long receivedBytes;

  /** A host whose course follows from the seed alone, with one process for each GPU. */
  public SimulatedHost(SimulationSpec spec, long seed) {
    cpuLoad = new SimulatedLoad(seed, CPU);
    memoryLoad = new SimulatedLoad(seed, MEMORY);
    networkLoad = new SimulatedLoad(seed, NETWORK);
    processCount = spec.gpusPerHost();
  }

  @Override
  public String name() {
    return "simulation";
  }

  @Override
  public HostReading read(ReadRequest request) {
    var percent = cpuLoad.next() * 100;
    var network = networkLoad.next();
    sentBytes += Math.round(network * BYTES_PER_TICK);
    receivedBytes += Math.round(network * BYTES_PER_TICK * 0.9);
    return new HostReading(
        Optional.of(cpu(request, percent)),
        Optional.of(memory(request)),
        Optional.of(chassis(request)),
        List.of(storage(request.host())),
        request.processes() ? Optional.of(processes(percent)) : Optional.empty(),
        Optional.of(new HostReading.NetworkCounters(sentBytes, receivedBytes)),
        List.of());
  }

  @Override
  public void close() {
    // Nothing was opened.
  }

  private static Cpu cpu(ReadRequest request, double percent) {
    var host = request.host();
    var load = OptionalDouble.of(percent);
    var perSocket = THREADS / SOCKETS;
    return new Cpu(
        0,
        host,
        host,
        host,
        "Simulated CPU",
        "x86_64",
        PlatformType.ofVendor("GenuineIntel"),
        SOCKETS,
        THREADS / 2,
        THREADS,
        BASE_MHZ,
        3800,
        105,
        load,
        OptionalInt.of((int) Math.round(35 + percent / 3)),
        OptionalDouble.of(SOCKETS * (IDLE_WATTS + LOAD_WATTS * Math.rint(percent) / 100)),
        IntStream.range(0, SOCKETS)
            .mapToObj(
                id ->
                    new CpuSocket(
                        id, load, perSocket / 2, perSocket, OptionalInt.empty(), BASE_MHZ))
            .toList(),
        Optional.empty(),
        IntStream.range(0, THREADS).mapToObj(id -> new CpuCore(id, "Standard", load)).toList(),
        request.time(),
        OptionalDouble.empty());
  }

  private Memory memory(ReadRequest request) {
    var host = request.host();
    var used = (long) (MEMORY_BYTES * (0.1 + 0.7 * memoryLoad.next()));
    var available = MEMORY_BYTES - used;
    return new Memory(
        0,
        host,
        host,
        host,
        MEMORY_BYTES,
        used,
        available,
        available / 2,
        0,
        available / 2,
        0,
        0,
        0,
        100.0 * used / MEMORY_BYTES,
        request.time());
  }

  private static Chassis chassis(ReadRequest request) {
    var host = request.host();
    return new Chassis(
        host,
        host,
        host,
        OptionalDouble.empty(),
        OptionalDouble.of(24),
        OptionalDouble.of(36),
        Optional.empty(),
        List.of(),
        List.of(),
        Map.of("Product Name", "Simulated GPU server", "platform", "Simulation"),
        request.time(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  private static Storage storage(String host) {
    return new Storage("/", DISK_BYTES, DISK_BYTES / 3, host, host, 0);
  }

  private List<ProcessEntry> processes(double percent) {
    return IntStream.range(0, processCount)
        .mapToObj(
            index ->
                new ProcessEntry(
                    0,
                    "",
                    FIRST_PID + index,
                    "train",
                    0,
                    percent,
                    1,
                    MEMORY_BYTES / 100,
                    MEMORY_BYTES / 50,
                    "simulation",
                    "R",
                    "0",
                    0,
                    "train --rank " + index,
                    1,
                    8,
                    false,
                    20,
                    0,
                    0))
        .toList();
  }
}
