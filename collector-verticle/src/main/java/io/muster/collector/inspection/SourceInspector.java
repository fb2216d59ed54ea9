package io.muster.collector.inspection;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.HostReadings.NetworkCounters;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.Clocks;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.NetworkInterface;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessDetail.ProcessFileUse;
import io.muster.schema.inspection.ProcessDetail.ProcessIds;
import io.muster.schema.inspection.ProcessDetail.ProcessMemory;
import io.muster.schema.inspection.ProcessDetail.ProcessName;
import io.muster.schema.inspection.ProcessDetail.ProcessTiming;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.Vitals.CpuVitals;
import io.muster.schema.inspection.Vitals.MemoryVitals;
import io.muster.schema.json.WireTime;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Samples a host of any operating system through hardware sources. Values that no source reports
 * are empty: single threads and interfaces, open files, paths. CPU time is not split and is
 * reported as user time. Vitals, tables and details have separate sources, since CPU usage is
 * measured between two reads of one source. Used by the inspection thread only.
 */
public final class SourceInspector implements HostInspector {
  private static final int MAX_CHILDREN = 1000;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NOBODY_ID = 65_534; // sources report user names, not ids

  private final String hostId;
  private final Clocks clocks;
  private final Duration minReadInterval;
  private final HardwareSource<HostReadings> vitalsSource;
  private final HardwareSource<HostReadings> tableSource;
  private final HardwareSource<HostReadings> detailSource;

  /**
   * Creates the inspector and its sources; reads nothing yet.
   *
   * @param minReadInterval minimum time between two reads for a meaningful CPU usage
   */
  public SourceInspector(
      String hostId,
      Clocks clocks,
      Duration minReadInterval,
      Supplier<HardwareSource<HostReadings>> sourceFactory) {
    this.hostId = hostId;
    this.clocks = clocks;
    this.minReadInterval = minReadInterval;
    this.vitalsSource = sourceFactory.get();
    this.tableSource = sourceFactory.get();
    this.detailSource = sourceFactory.get();
  }

  @Override
  public Vitals vitals() throws IOException {
    var readings = vitalsSource.read(readRequest(false));
    var memory = requireSection(readings, HostReadings::memory);
    var cpu = readings.cpu();
    return new Vitals(
        clocks.wallClock().millis(),
        new CpuVitals(
            cpu.map(each -> each.hardware().cpuModel()).orElse(""),
            cpu.map(each -> each.readings().utilization()).orElse(OptionalDouble.empty()),
            cpu.map(SourceInspector::perCpuPercent).orElse(List.of()),
            cpu.stream()
                .flatMapToDouble(each -> each.readings().temperature().stream().asDoubleStream())
                .findFirst()),
        new MemoryVitals(
            memory.sizes().totalBytes(),
            memory.sizes().usedBytes(),
            memory.swap().swapTotalBytes(),
            memory.swap().swapUsedBytes()),
        readings.network().map(SourceInspector::totalInterface).stream().toList(),
        List.of());
  }

  @Override
  public List<Disk> disks() {
    return tableSource.read(readRequest(false)).storage().stream()
        .map(
            entry ->
                new Disk(
                    entry.mountPoint(),
                    entry.totalBytes(),
                    entry.availableBytes(),
                    OptionalDouble.empty(),
                    false))
        .toList();
  }

  @Override
  public List<ProcessUsage> processes() throws IOException {
    var readings = tableSource.read(readRequest(true));
    double cpuCount =
        Math.max(1, readings.cpu().map(each -> each.hardware().totalThreads()).orElse(1));
    return requireSection(readings, HostReadings::processes).stream()
        .map(
            row ->
                new ProcessUsage(
                    row.identity().pid(),
                    row.identity().processName(),
                    Math.min(100, row.load().cpuPercent() / cpuCount),
                    row.load().memoryRss()))
        .toList();
  }

  @Override
  public ProcessDetail process(long pid) throws IOException {
    var rows = requireSection(detailSource.read(readRequest(true)), HostReadings::processes);
    var children =
        rows.stream()
            .filter(row -> row.identity().ppid() == pid && row.identity().pid() != pid)
            .limit(MAX_CHILDREN)
            .map(row -> processDetail(row, List.of()))
            .toList();
    return rows.stream()
        .filter(row -> row.identity().pid() == pid)
        .findFirst()
        .map(row -> processDetail(row, children))
        .orElseThrow(
            () -> new FleetException(Code.PROCESS_UNKNOWN, "no process has the id " + pid));
  }

  @Override
  public Duration minReadInterval() {
    return minReadInterval;
  }

  @Override
  public void close() {
    vitalsSource.close();
    tableSource.close();
    detailSource.close();
  }

  private ReadRequest readRequest(boolean includesProcesses) {
    var now = clocks.wallClock().instant();
    return new ReadRequest(
        now, WireTime.localSeconds(now, ZoneId.systemDefault()), hostId, includesProcesses);
  }

  private static <T> T requireSection(
      HostReadings readings, Function<HostReadings, Optional<T>> section) throws IOException {
    return section
        .apply(readings)
        .orElseThrow(
            () ->
                new IOException(
                    readings.failures().stream()
                        .map(ReadFailure::message)
                        .collect(Collectors.joining("; "))));
  }

  private static List<Double> perCpuPercent(Cpu cpu) {
    return cpu.perCoreUtilization().stream().map(core -> core.utilization().orElse(0)).toList();
  }

  private static NetworkInterface totalInterface(NetworkCounters networkCounters) {
    return new NetworkInterface(
        "total", networkCounters.receivedBytes(), networkCounters.sentBytes());
  }

  private static ProcessDetail processDetail(ProcessEntry row, List<ProcessDetail> children) {
    return new ProcessDetail(
        new ProcessName(
            row.identity().pid(), row.identity().processName(), row.identity().command()),
        new ProcessIds(
            row.identity().ppid() > 0
                ? OptionalLong.of(row.identity().ppid())
                : OptionalLong.empty(),
            NOBODY_ID,
            NOBODY_ID),
        row.schedule().state(),
        row.schedule().threads(),
        new ProcessTiming(
            row.load().cpuPercent(),
            Long.parseLong(row.identity().startTime()),
            row.load().cpuTime() * MICROS_PER_SECOND,
            0),
        new ProcessMemory(row.load().memoryRss(), row.load().memoryVms(), OptionalLong.empty()),
        new ProcessFileUse(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty()),
        children,
        List.of());
  }
}
