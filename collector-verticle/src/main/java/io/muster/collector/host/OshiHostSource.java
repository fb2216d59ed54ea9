package io.muster.collector.host;

import io.muster.collector.proc.MemoryLevels;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReading;
import io.muster.collector.source.HostReading.NetworkCounters;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.Reason;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.frame.Section;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Fan;
import io.muster.schema.host.Memory;
import io.muster.schema.host.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import oshi.SystemInfo;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;
import oshi.software.os.OSFileStore;
import oshi.software.os.OperatingSystem;

/**
 * A host of any system that OSHI knows; on Linux {@link LinuxHostSource} tells more for less. OSHI
 * is loaded by the first read. Sensors, disks and the list of interfaces are read every 30 s,
 * because they are slow (Windows asks WMI for each), the rest each time. OSHI keeps its answers for
 * 300 ms: two reads within that time do not differ, and the CPU shares between them are empty.
 */
public final class OshiHostSource implements HardwareSource<HostReading> {
  private static final long SLOW_NANOS = Duration.ofSeconds(30).toNanos();
  private static final String UNKNOWN = "unknown";

  private final LongSupplier nanoTime;
  private Optional<Machine> opened = Optional.empty();
  private Optional<Long> slowReadNanos = Optional.empty();
  private List<Storage> storage = List.of();
  private List<NetworkIF> interfaces = List.of();
  private List<Fan> fans = List.of();
  private OptionalInt cpuCelsius = OptionalInt.empty();
  private List<ReadFailure> slowFailures = List.of();

  /**
   * Loads nothing yet.
   *
   * @param nanoTime elapsed time, ns
   */
  public OshiHostSource(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public String name() {
    return "host";
  }

  @Override
  public HostReading read(ReadRequest request) {
    var failures = new ArrayList<ReadFailure>();
    opened = opened.or(() -> attempt(Section.CPU, "", failures, Machine::open));
    return opened.map(machine -> read(machine, request)).orElseGet(() -> nothing(failures));
  }

  @Override
  public void close() {
    // OSHI holds nothing that could be given back.
  }

  private HostReading read(Machine machine, ReadRequest request) {
    refreshSlowFacts(machine, request);
    var failures = new ArrayList<>(slowFailures);
    var memory = attempt(Section.MEMORY, "memory", failures, () -> memory(machine, request));
    long memoryBytes = memory.map(Memory::totalBytes).orElse(0L);
    return new HostReading(
        attempt(Section.CPU, "cpu", failures, () -> machine.cpu.read(request, cpuCelsius)),
        memory,
        Optional.of(chassis(machine, request)),
        storage,
        request.processes()
            ? attempt(
                Section.PROCESS, "processes", failures, () -> machine.processes.read(memoryBytes))
            : Optional.empty(),
        attempt(Section.CHASSIS, "network", failures, this::counters),
        failures);
  }

  private static HostReading nothing(List<ReadFailure> failures) {
    return new HostReading(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        failures);
  }

  private void refreshSlowFacts(Machine machine, ReadRequest request) {
    long now = nanoTime.getAsLong();
    if (slowReadNanos.isPresent() && now - slowReadNanos.get() < SLOW_NANOS) {
      return;
    }
    slowReadNanos = Optional.of(now);
    var failures = new ArrayList<ReadFailure>();
    storage =
        attempt(Section.STORAGE, "storage", failures, () -> storage(machine, request.host()))
            .orElse(List.of());
    interfaces =
        attempt(
                Section.CHASSIS,
                "interfaces",
                failures,
                () -> machine.hardware.getNetworkIFs(false))
            .orElse(List.of());
    attempt(Section.CHASSIS, "sensors", failures, () -> readSensors(machine));
    slowFailures = List.copyOf(failures);
  }

  private boolean readSensors(Machine machine) {
    var sensors = machine.hardware.getSensors();
    double celsius = sensors.getCpuTemperature();
    cpuCelsius = celsius > 0 ? OptionalInt.of((int) Math.round(celsius)) : OptionalInt.empty();
    var found = new ArrayList<Fan>();
    for (int rpm : sensors.getFanSpeeds()) {
      found.add(new Fan(found.size(), "fan" + (found.size() + 1), rpm, 0));
    }
    fans = found;
    return true;
  }

  private static Memory memory(Machine machine, ReadRequest request) {
    var memory = machine.hardware.getMemory();
    var swap = memory.getVirtualMemory();
    long availableBytes = memory.getAvailable();
    return MemoryReader.section(
        request,
        new MemoryLevels(
            memory.getTotal(),
            availableBytes,
            availableBytes,
            0,
            0,
            swap.getSwapTotal(),
            Math.max(0, swap.getSwapTotal() - swap.getSwapUsed())));
  }

  /** One entry for each volume: the shortest of its mount points. */
  private static List<Storage> storage(Machine machine, String host) {
    var shortest = new HashMap<String, OSFileStore>();
    for (var store : machine.system.getFileSystem().getFileStores(true)) {
      if (store.getTotalSpace() > 0) {
        shortest.merge(store.getVolume(), store, OshiHostSource::shorter);
      }
    }
    var sorted = new TreeMap<String, OSFileStore>();
    shortest.values().forEach(store -> sorted.put(store.getMount(), store));
    var storage = new ArrayList<Storage>();
    sorted.forEach(
        (mount, store) ->
            storage.add(
                new Storage(
                    mount,
                    store.getTotalSpace(),
                    store.getUsableSpace(),
                    host,
                    host,
                    storage.size())));
    return storage;
  }

  private static OSFileStore shorter(OSFileStore one, OSFileStore other) {
    return one.getMount().length() <= other.getMount().length() ? one : other;
  }

  private NetworkCounters counters() {
    long sentBytes = 0;
    long receivedBytes = 0;
    for (var link : interfaces) {
      link.updateAttributes();
      sentBytes += link.getBytesSent();
      receivedBytes += link.getBytesRecv();
    }
    return new NetworkCounters(sentBytes, receivedBytes);
  }

  private Chassis chassis(Machine machine, ReadRequest request) {
    return new Chassis(
        request.host(),
        request.host(),
        request.host(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        fans,
        List.of(),
        machine.detail,
        request.time(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  private <T> Optional<T> attempt(
      Section section, String part, List<ReadFailure> failures, Supplier<T> read) {
    try {
      return Optional.of(read.get());
    } catch (RuntimeException | LinkageError e) {
      // OSHI's backends throw their own kinds, and native code may be missing.
      failures.add(new ReadFailure(section, name(), part, Reason.FAILED, e.toString()));
      return Optional.empty();
    }
  }

  private record Machine(
      HardwareAbstractionLayer hardware,
      OperatingSystem system,
      OshiCpu cpu,
      OshiProcesses processes,
      Map<String, String> detail) {

    private static Machine open() {
      var oshi = new SystemInfo();
      var hardware = oshi.getHardware();
      var system = oshi.getOperatingSystem();
      var processor = hardware.getProcessor();
      return new Machine(
          hardware,
          system,
          new OshiCpu(processor),
          new OshiProcesses(system, processor.getLogicalProcessorCount()),
          detail(hardware));
    }

    private static Map<String, String> detail(HardwareAbstractionLayer hardware) {
      var box = hardware.getComputerSystem();
      var detail = new HashMap<String, String>();
      detail.put("Product Name", box.getModel());
      detail.put("Vendor", box.getManufacturer());
      detail.put("Board", box.getBaseboard().getModel());
      detail.put("Version", box.getBaseboard().getVersion());
      detail.put("BIOS Version", box.getFirmware().getVersion());
      detail.values().removeIf(value -> value.isBlank() || value.equals(UNKNOWN));
      detail.put("platform", HostSystem.platform());
      return Map.copyOf(detail);
    }
  }
}
