package io.muster.collector.inspection.linux;

import io.muster.collector.host.HostSensors;
import io.muster.collector.host.MemoryReader;
import io.muster.collector.proc.CpuModel;
import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.InterfaceCounters;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.runtime.node.Clocks;
import io.muster.schema.inspection.NetworkInterface;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.Vitals.CpuVitals;
import io.muster.schema.inspection.Vitals.MemoryVitals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads the fast-changing values of a Linux host. Sensors and limits are discovered every 30 s, the
 * CPU model once. The read fails without memory; CPUs and interfaces that cannot be read are
 * omitted. Used by the inspection thread only.
 */
final class VitalsReader {
  private static final long DISCOVERY_INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();

  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private final Clocks clocks;
  private final MemoryReader memoryReader;
  private final String interfacesFile;
  private final CpuTicks ticks = new CpuTicks();
  private Optional<String> cpuModel = Optional.empty();
  private Optional<HostSensors> sensors = Optional.empty();
  private long lastDiscoveryNanos;

  VitalsReader(HostRoot hostRoot, KernelFileScanner scanner, Clocks clocks) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
    this.clocks = clocks;
    this.memoryReader = new MemoryReader(hostRoot, scanner);
    this.interfacesFile = hostRoot.hostProcessPath("net/dev");
  }

  Vitals read() throws IOException {
    var cpuSensors = sensors();
    cpuSensors.readCpuTemperatures(scanner);
    var cpus = readCpus(cpuSensors.hottestCpuCelsius());
    var memory = memoryReader.readUsage();
    return new Vitals(
        clocks.wallClock().millis(),
        cpus,
        new MemoryVitals(
            memory.totalBytes(),
            memory.usedBytes(),
            memory.swapTotalBytes(),
            memory.swapUsedBytes()),
        readInterfaces(),
        List.of());
  }

  private HostSensors sensors() {
    long nowNanos = clocks.nanoTime().getAsLong();
    if (sensors.isPresent() && nowNanos - lastDiscoveryNanos < DISCOVERY_INTERVAL_NANOS) {
      return sensors.get();
    }
    lastDiscoveryNanos = nowNanos;
    memoryReader.forgetLimit();
    var discovered = HostSensors.discover(hostRoot);
    sensors = Optional.of(discovered);
    return discovered;
  }

  private CpuVitals readCpus(OptionalDouble celsius) {
    try {
      scanner.load(hostRoot.file("proc/stat"));
    } catch (IOException e) {
      // the other vitals are still reported
      return new CpuVitals(cpuModel(), OptionalDouble.empty(), List.of(), celsius);
    }
    ticks.read(scanner);
    var perCpuPercent =
        ticks.cpuIds().stream().map(id -> ticks.time(id).busyPercent().orElse(0)).toList();
    return new CpuVitals(cpuModel(), ticks.totalTime().busyPercent(), perCpuPercent, celsius);
  }

  private String cpuModel() {
    var model = cpuModel.orElseGet(() -> CpuModel.read(hostRoot, scanner).name());
    cpuModel = Optional.of(model);
    return model;
  }

  private List<NetworkInterface> readInterfaces() {
    try {
      scanner.load(hostRoot.file(interfacesFile));
    } catch (IOException e) {
      return List.of();
    }
    return InterfaceCounters.parse(scanner).stream()
        .map(each -> new NetworkInterface(each.name(), each.receivedBytes(), each.sentBytes()))
        .toList();
  }
}
