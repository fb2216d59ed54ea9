package io.muster.collector.host;

import io.muster.collector.energy.RaplPackages;
import io.muster.collector.environment.EnvironmentProbe;
import io.muster.collector.host.StorageSurvey.SpaceGauge;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.collector.proc.NetworkTotals;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReading;
import io.muster.collector.source.HostReading.NetworkCounters;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.Reason;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.frame.Section;
import io.muster.schema.host.Chassis;
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
 * A Linux host, straight from {@code /proc} and {@code /sys}. CPU, memory, network and sensors are
 * read each time; what changes slowly (disks, which sensors and limits there are) every 30 s, and
 * the inventory once. Names of paths in failures are those of the watched host.
 */
public final class LinuxHostSource implements HardwareSource<HostReading> {
  private static final long SLOW_NANOS = Duration.ofSeconds(30).toNanos();
  private static final String DMI = "sys/class/dmi/id/";
  private static final Map<String, String> DMI_KEYS =
      Map.of(
          "Product Name", "product_name",
          "Vendor", "sys_vendor",
          "Board", "board_name",
          "Version", "product_version",
          "BIOS Version", "bios_version");

  private final KernelTree tree;
  private final LongSupplier nanoTime;
  private final KernelText text = new KernelText();
  private final RaplPackages power;
  private final CpuReader cpus;
  private final MemoryReader memory;
  private final NetworkTotals network;
  private final StorageSurvey survey;
  private final ProcessTable processes;
  private final EnvironmentProbe environment;
  private Map<String, String> chassisDetail = Map.of();
  private Optional<RuntimeEnvironment> runtime = Optional.empty();
  private Sensors sensors = new Sensors();
  private List<Storage> storage = List.of();
  private Optional<ReadFailure> storageFailure = Optional.empty();
  private Optional<Long> slowReadNanos = Optional.empty();

  /**
   * Reads nothing yet.
   *
   * @param root {@code /}, or where a container sees the file system of its host
   * @param nanoTime elapsed time, ns
   */
  public LinuxHostSource(Path root, LongSupplier nanoTime) {
    this(root, nanoTime, SpaceGauge.SYSTEM);
  }

  LinuxHostSource(Path root, LongSupplier nanoTime, SpaceGauge gauge) {
    this.tree = new KernelTree(root);
    this.nanoTime = nanoTime;
    this.power = new RaplPackages(tree, nanoTime);
    this.cpus = new CpuReader(tree, text, power);
    this.memory = new MemoryReader(tree, text);
    this.network = new NetworkTotals(tree);
    this.survey = new StorageSurvey(tree, text, gauge);
    this.processes = new ProcessTable(tree, text, nanoTime);
    this.environment = EnvironmentProbe.of(root);
  }

  @Override
  public String name() {
    return "host";
  }

  @Override
  public HostReading read(ReadRequest request) {
    refreshSlowFacts(request);
    sensors.read(text);
    power.read(text);
    var failures = new ArrayList<ReadFailure>();
    storageFailure.ifPresent(failures::add);
    var cpu = attempt(Section.CPU, CpuReader.PATH, failures, () -> cpus.read(request, sensors));
    var levels = attempt(Section.MEMORY, MemoryReader.PATH, failures, () -> memory.read(request));
    return new HostReading(
        cpu,
        levels,
        Optional.of(chassis(request)),
        storage,
        request.processes()
            ? attempt(Section.PROCESS, "proc", failures, () -> table(cpu, levels))
            : Optional.empty(),
        attempt(Section.CHASSIS, network.path(), failures, this::counters),
        failures);
  }

  @Override
  public void close() {
    // Every file is closed when it has been read.
  }

  private void refreshSlowFacts(ReadRequest request) {
    long now = nanoTime.getAsLong();
    if (slowReadNanos.isPresent() && now - slowReadNanos.get() < SLOW_NANOS) {
      return;
    }
    runtime = slowReadNanos.isEmpty() ? environment.detect() : runtime;
    slowReadNanos = Optional.of(now);
    chassisDetail = chassisDetail.isEmpty() ? chassisDetail(tree) : chassisDetail;
    sensors = Sensors.discover(tree);
    power.discover();
    memory.forgetLimit();
    network.findPhysical();
    var failures = new ArrayList<ReadFailure>();
    storage =
        attempt(Section.STORAGE, survey.path(), failures, () -> survey.read(request.host()))
            .orElse(List.of());
    storageFailure = failures.stream().findFirst();
  }

  private List<ProcessEntry> table(Optional<Cpu> cpu, Optional<Memory> levels) throws IOException {
    long memoryBytes = levels.map(Memory::totalBytes).orElse(0L);
    int cpuCount = cpu.map(Cpu::totalThreads).orElse(Runtime.getRuntime().availableProcessors());
    return processes.read(memoryBytes, cpuCount);
  }

  private NetworkCounters counters() throws IOException {
    network.read(text);
    return new NetworkCounters(network.sentBytes(), network.receivedBytes());
  }

  private Chassis chassis(ReadRequest request) {
    return new Chassis(
        request.host(),
        request.host(),
        request.host(),
        OptionalDouble.empty(),
        sensors.inlet(),
        sensors.outlet(),
        Optional.empty(),
        sensors.fans(),
        List.of(),
        chassisDetail,
        request.time(),
        OptionalDouble.empty(),
        runtime);
  }

  private static Map<String, String> chassisDetail(KernelTree tree) {
    var detail = new HashMap<String, String>();
    detail.put("platform", "Linux");
    DMI_KEYS.forEach(
        (key, file) -> tree.text(DMI + file).ifPresent(value -> detail.put(key, value)));
    // Boards without DMI, such as Jetson, name themselves in the device tree.
    tree.text("sys/firmware/devicetree/base/model")
        .ifPresent(model -> detail.putIfAbsent("Product Name", model));
    return Map.copyOf(detail);
  }

  private <T> Optional<T> attempt(
      Section section, String path, List<ReadFailure> failures, KernelRead<T> read) {
    try {
      return Optional.of(read.read());
    } catch (IOException e) {
      var file = tree.file(path);
      var reason = file.exists() && !file.canRead() ? Reason.NO_PERMISSION : Reason.FAILED;
      failures.add(
          new ReadFailure(section, name(), "/" + path, reason, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private interface KernelRead<T> {
    T read() throws IOException;
  }
}
