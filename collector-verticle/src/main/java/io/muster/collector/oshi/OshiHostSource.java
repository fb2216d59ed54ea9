package io.muster.collector.oshi;

import io.muster.collector.host.MemoryReader;
import io.muster.collector.proc.MemoryUsage;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.HostReadings.NetworkCounters;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.frame.Section;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.ChassisThermal;
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
 * Source of a host's readings on any operating system that OSHI supports; on Linux the kernel's
 * files provide more at lower cost. OSHI is loaded by the first read. Sensors, disks and the list
 * of interfaces are read every 30 s, because they are slow (each is a WMI query on Windows), the
 * rest each time. OSHI caches its results for 300 ms: two reads within that time do not differ, and
 * the CPU utilization between them is empty. Used by one thread only.
 */
public final class OshiHostSource implements HardwareSource<HostReadings> {
  private static final long SLOW_READ_INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();
  private static final String OSHI_UNKNOWN = "unknown";

  private final LongSupplier nanoTime;
  private Optional<OshiSession> openedSession = Optional.empty();
  private Optional<Long> slowReadAtNanos = Optional.empty();
  private List<Storage> storage = List.of();
  private List<NetworkIF> networkInterfaces = List.of();
  private List<Fan> fans = List.of();
  private OptionalInt cpuCelsius = OptionalInt.empty();
  private List<ReadFailure> slowReadFailures = List.of();

  /**
   * Creates the source; OSHI is not loaded yet.
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
  public HostReadings read(ReadRequest request) {
    var failures = new ArrayList<ReadFailure>();
    openedSession = openedSession.or(() -> tryRead(Section.CPU, "", failures, OshiSession::open));
    return openedSession
        .map(session -> readAll(session, request))
        .orElseGet(() -> emptyReading(failures));
  }

  @Override
  public void close() {
    // OSHI holds no resources that could be released.
  }

  private HostReadings readAll(OshiSession session, ReadRequest request) {
    refreshSlowReadings(session, request);
    var failures = new ArrayList<>(slowReadFailures);
    var memory = tryRead(Section.MEMORY, "memory", failures, () -> readMemory(session, request));
    long memoryBytes = memory.map(each -> each.sizes().totalBytes()).orElse(0L);
    return new HostReadings(
        tryRead(Section.CPU, "cpu", failures, () -> session.cpuReader.read(request, cpuCelsius)),
        memory,
        Optional.of(chassis(session, request)),
        storage,
        request.includesProcesses()
            ? tryRead(
                Section.PROCESS,
                "processes",
                failures,
                () -> session.processTableReader.read(memoryBytes))
            : Optional.empty(),
        tryRead(Section.CHASSIS, "network", failures, this::readNetworkCounters),
        failures);
  }

  private static HostReadings emptyReading(List<ReadFailure> failures) {
    return new HostReadings(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        failures);
  }

  private void refreshSlowReadings(OshiSession session, ReadRequest request) {
    long nowNanos = nanoTime.getAsLong();
    if (slowReadAtNanos.isPresent()
        && nowNanos - slowReadAtNanos.get() < SLOW_READ_INTERVAL_NANOS) {
      return;
    }
    slowReadAtNanos = Optional.of(nowNanos);
    var failures = new ArrayList<ReadFailure>();
    storage =
        tryRead(
                Section.STORAGE,
                "storage",
                failures,
                () -> readStorage(session, request.hostname()))
            .orElse(List.of());
    networkInterfaces =
        tryRead(
                Section.CHASSIS,
                "interfaces",
                failures,
                () -> session.hardware.getNetworkIFs(false))
            .orElse(List.of());
    tryRead(Section.CHASSIS, "sensors", failures, () -> readSensors(session));
    slowReadFailures = List.copyOf(failures);
  }

  private boolean readSensors(OshiSession session) {
    var sensors = session.hardware.getSensors();
    double celsius = sensors.getCpuTemperature();
    cpuCelsius = celsius > 0 ? OptionalInt.of((int) Math.round(celsius)) : OptionalInt.empty();
    var readFans = new ArrayList<Fan>();
    for (int rpm : sensors.getFanSpeeds()) {
      readFans.add(new Fan(readFans.size(), "fan" + (readFans.size() + 1), rpm, 0));
    }
    fans = readFans;
    return true;
  }

  private static Memory readMemory(OshiSession session, ReadRequest request) {
    var memory = session.hardware.getMemory();
    var swap = memory.getVirtualMemory();
    long availableBytes = memory.getAvailable();
    return MemoryReader.toMemory(
        request,
        new MemoryUsage(
            memory.getTotal(),
            availableBytes,
            availableBytes,
            0,
            0,
            swap.getSwapTotal(),
            Math.max(0, swap.getSwapTotal() - swap.getSwapUsed())));
  }

  /** Reads one entry for each volume, with the shortest of its mount points. */
  private static List<Storage> readStorage(OshiSession session, String hostname) {
    var byVolume = new HashMap<String, OSFileStore>();
    for (var store : session.operatingSystem.getFileSystem().getFileStores(true)) {
      if (store.getTotalSpace() > 0) {
        byVolume.merge(store.getVolume(), store, OshiHostSource::shorterMountPoint);
      }
    }
    var byMountPoint = new TreeMap<String, OSFileStore>();
    byVolume.values().forEach(store -> byMountPoint.put(store.getMount(), store));
    var storage = new ArrayList<Storage>();
    byMountPoint.forEach(
        (mountPoint, store) ->
            storage.add(
                new Storage(
                    mountPoint,
                    store.getTotalSpace(),
                    store.getUsableSpace(),
                    hostname,
                    hostname,
                    storage.size())));
    return storage;
  }

  private static OSFileStore shorterMountPoint(OSFileStore one, OSFileStore other) {
    return one.getMount().length() <= other.getMount().length() ? one : other;
  }

  private NetworkCounters readNetworkCounters() {
    long sentBytes = 0;
    long receivedBytes = 0;
    for (var networkInterface : networkInterfaces) {
      networkInterface.updateAttributes();
      sentBytes += networkInterface.getBytesSent();
      receivedBytes += networkInterface.getBytesRecv();
    }
    return new NetworkCounters(sentBytes, receivedBytes);
  }

  private Chassis chassis(OshiSession session, ReadRequest request) {
    return new Chassis(
        request.origin(),
        OptionalDouble.empty(),
        ChassisThermal.NONE,
        fans,
        List.of(),
        session.chassisDetail,
        OptionalDouble.empty(),
        Optional.empty());
  }

  private <T> Optional<T> tryRead(
      Section section, String target, List<ReadFailure> failures, Supplier<T> operation) {
    try {
      return Optional.of(operation.get());
    } catch (RuntimeException | LinkageError e) {
      // OSHI's backends throw exceptions of various types, and native code may be missing.
      failures.add(new ReadFailure(section, name(), target, FailureReason.FAILED, e.toString()));
      return Optional.empty();
    }
  }

  private record OshiSession(
      HardwareAbstractionLayer hardware,
      OperatingSystem operatingSystem,
      OshiCpuReader cpuReader,
      OshiProcessTableReader processTableReader,
      Map<String, String> chassisDetail) {

    private static OshiSession open() {
      var systemInfo = new SystemInfo();
      var hardware = systemInfo.getHardware();
      var operatingSystem = systemInfo.getOperatingSystem();
      var processor = hardware.getProcessor();
      return new OshiSession(
          hardware,
          operatingSystem,
          new OshiCpuReader(processor),
          new OshiProcessTableReader(operatingSystem, processor.getLogicalProcessorCount()),
          readChassisDetail(hardware));
    }

    private static Map<String, String> readChassisDetail(HardwareAbstractionLayer hardware) {
      var computerSystem = hardware.getComputerSystem();
      var detail = new HashMap<String, String>();
      detail.put("Product Name", computerSystem.getModel());
      detail.put("Vendor", computerSystem.getManufacturer());
      detail.put("Board", computerSystem.getBaseboard().getModel());
      detail.put("Version", computerSystem.getBaseboard().getVersion());
      detail.put("BIOS Version", computerSystem.getFirmware().getVersion());
      detail.values().removeIf(value -> value.isBlank() || value.equals(OSHI_UNKNOWN));
      detail.put("platform", platform());
      return Map.copyOf(detail);
    }

    private static String platform() {
      var name = System.getProperty("os.name", "");
      return name.startsWith("Mac") ? "macOS" : name;
    }
  }
}
