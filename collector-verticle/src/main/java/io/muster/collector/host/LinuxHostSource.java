package io.muster.collector.host;

import io.muster.collector.host.StorageReader.FileSystemProbe;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.frame.Section;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.ChassisThermal;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.Memory;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.RuntimeEnvironment;
import io.muster.schema.host.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Source of a Linux host's readings, from {@code /proc} and {@code /sys}. CPU, memory, network and
 * sensors are read each time; slow readings (disks, discovery of sensors, limits and interfaces)
 * every 30 s; the CPU facts once, and again when a CPU goes offline or online. Paths in failures
 * are those of the monitored host. Used by the lane's thread only.
 */
public final class LinuxHostSource implements HardwareSource<HostReadings> {
  private static final long SLOW_READ_INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();
  private static final String DMI_DIRECTORY = "sys/class/dmi/id/";
  private static final Map<String, String> DMI_FILES =
      Map.of(
          "Product Name", "product_name",
          "Vendor", "sys_vendor",
          "Board", "board_name",
          "Version", "product_version",
          "BIOS Version", "bios_version");

  private final HostRoot hostRoot;
  private final LongSupplier nanoTime;
  private final KernelFileScanner scanner = new KernelFileScanner();
  private final RaplPackages raplPackages;
  private final CpuReader cpuReader;
  private final MemoryReader memoryReader;
  private final NetworkReader networkReader;
  private final StorageReader storageReader;
  private final ProcessTableReader processTableReader;
  private final EnvironmentProbe environmentProbe;
  private Map<String, String> chassisDetail = Map.of();
  private Optional<RuntimeEnvironment> runtimeEnvironment = Optional.empty();
  private HostSensors sensors = new HostSensors();
  private List<Storage> storage = List.of();
  private Optional<ReadFailure> storageFailure = Optional.empty();
  private Optional<Long> slowReadAtNanos = Optional.empty();

  /**
   * Creates the source; nothing is read yet.
   *
   * @param root {@code /}, or the directory at which a container has the file system of its host
   *     mounted
   * @param nanoTime elapsed time, ns
   */
  public LinuxHostSource(Path root, LongSupplier nanoTime) {
    this(root, nanoTime, FileSystemProbe.SYSTEM);
  }

  LinuxHostSource(Path root, LongSupplier nanoTime, FileSystemProbe fileSystemProbe) {
    this.hostRoot = new HostRoot(root);
    this.nanoTime = nanoTime;
    this.raplPackages = new RaplPackages(hostRoot, nanoTime);
    this.cpuReader = new CpuReader(hostRoot, scanner, raplPackages);
    this.memoryReader = new MemoryReader(hostRoot, scanner);
    this.networkReader = new NetworkReader(hostRoot, scanner);
    this.storageReader = new StorageReader(hostRoot, scanner, fileSystemProbe);
    this.processTableReader = new ProcessTableReader(hostRoot, scanner, nanoTime);
    this.environmentProbe = EnvironmentProbe.of(root);
  }

  @Override
  public String name() {
    return "host";
  }

  @Override
  public HostReadings read(ReadRequest request) {
    refreshSlowReadings(request);
    sensors.read(scanner);
    raplPackages.read(scanner);
    var failures = new ArrayList<ReadFailure>();
    storageFailure.ifPresent(failures::add);
    var cpu =
        tryRead(Section.CPU, CpuReader.STAT_PATH, failures, () -> cpuReader.read(request, sensors));
    var memory =
        tryRead(
            Section.MEMORY, MemoryReader.MEMINFO_PATH, failures, () -> memoryReader.read(request));
    return new HostReadings(
        cpu,
        memory,
        Optional.of(chassis(request)),
        storage,
        request.includesProcesses()
            ? tryRead(Section.PROCESS, "proc", failures, () -> readProcesses(cpu, memory))
            : Optional.empty(),
        tryRead(Section.CHASSIS, networkReader.path(), failures, networkReader::read),
        failures);
  }

  @Override
  public void close() {
    // No file stays open after a read.
  }

  private void refreshSlowReadings(ReadRequest request) {
    long nowNanos = nanoTime.getAsLong();
    if (slowReadAtNanos.isPresent()
        && nowNanos - slowReadAtNanos.get() < SLOW_READ_INTERVAL_NANOS) {
      return;
    }
    runtimeEnvironment = slowReadAtNanos.isEmpty() ? environmentProbe.detect() : runtimeEnvironment;
    slowReadAtNanos = Optional.of(nowNanos);
    chassisDetail = chassisDetail.isEmpty() ? readChassisDetail(hostRoot) : chassisDetail;
    sensors = HostSensors.discover(hostRoot);
    raplPackages.discover();
    memoryReader.forgetLimit();
    networkReader.refreshPhysicalInterfaces();
    var failures = new ArrayList<ReadFailure>();
    storage =
        tryRead(
                Section.STORAGE,
                storageReader.mountInfoPath(),
                failures,
                () -> storageReader.read(request.hostname()))
            .orElse(List.of());
    storageFailure = failures.stream().findFirst();
  }

  private List<ProcessEntry> readProcesses(Optional<Cpu> cpu, Optional<Memory> memory)
      throws IOException {
    long memoryBytes = memory.map(each -> each.sizes().totalBytes()).orElse(0L);
    int cpuCount =
        cpu.map(each -> each.hardware().totalThreads())
            .orElse(Runtime.getRuntime().availableProcessors());
    return processTableReader.read(memoryBytes, cpuCount);
  }

  private Chassis chassis(ReadRequest request) {
    return new Chassis(
        request.origin(),
        OptionalDouble.empty(),
        new ChassisThermal(sensors.inletCelsius(), sensors.outletCelsius(), Optional.empty()),
        sensors.fans(),
        List.of(),
        chassisDetail,
        OptionalDouble.empty(),
        runtimeEnvironment);
  }

  private static Map<String, String> readChassisDetail(HostRoot hostRoot) {
    var detail = new HashMap<String, String>();
    detail.put("platform", "Linux");
    DMI_FILES.forEach(
        (key, file) ->
            hostRoot.readText(DMI_DIRECTORY + file).ifPresent(value -> detail.put(key, value)));
    // Boards without DMI, such as Jetson, have their model name in the device tree.
    hostRoot
        .readText("sys/firmware/devicetree/base/model")
        .ifPresent(model -> detail.putIfAbsent("Product Name", model));
    return Map.copyOf(detail);
  }

  private <T> Optional<T> tryRead(
      Section section, String path, List<ReadFailure> failures, ReadOperation<T> operation) {
    try {
      return Optional.of(operation.read());
    } catch (IOException e) {
      var file = hostRoot.file(path);
      var reason =
          file.exists() && !file.canRead() ? FailureReason.NO_PERMISSION : FailureReason.FAILED;
      failures.add(
          new ReadFailure(section, name(), "/" + path, reason, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private interface ReadOperation<T> {
    T read() throws IOException;
  }
}
