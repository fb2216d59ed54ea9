package io.muster.collector.inspection;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReading;
import io.muster.collector.source.HostReading.NetworkCounters;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.Clocks;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.NetworkInterface;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.json.WireTime;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A host of any system, as a hardware source tells it; what no source tells is empty: single
 * threads and interfaces, open files, paths. CPU time is not split, and stands as user time. Each
 * kind of look has a source of its own, since shares of time are those between two reads of one.
 */
public final class SourceInspector implements HostInspector {
  private static final int MAX_CHILDREN = 1000;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NOBODY = 65_534; // sources tell names of users, not numbers

  private final String hostId;
  private final Clocks clocks;
  private final Duration resolution;
  private final Lazy numbers;
  private final Lazy table;
  private final Lazy details;

  /**
   * Opens nothing yet.
   *
   * @param resolution how far apart two reads must be to differ
   */
  public SourceInspector(
      String hostId,
      Clocks clocks,
      Duration resolution,
      Supplier<HardwareSource<HostReading>> sources) {
    this.hostId = hostId;
    this.clocks = clocks;
    this.resolution = resolution;
    this.numbers = new Lazy(sources);
    this.table = new Lazy(sources);
    this.details = new Lazy(sources);
  }

  @Override
  public Vitals vitals() throws IOException {
    var reading = numbers.source().read(request(false));
    var memory = present(reading, HostReading::memory);
    var cpu = reading.cpu();
    return new Vitals(
        clocks.wallClock().millis(),
        cpu.map(Cpu::cpuModel).orElse(""),
        cpu.map(Cpu::utilization).orElse(OptionalDouble.empty()),
        cpu.map(SourceInspector::perCpu).orElse(List.of()),
        cpu.map(found -> precise(found.temperature())).orElse(OptionalDouble.empty()),
        memory.totalBytes(),
        memory.usedBytes(),
        memory.swapTotalBytes(),
        memory.swapUsedBytes(),
        reading.network().map(SourceInspector::whole).stream().toList(),
        List.of());
  }

  @Override
  public List<Disk> disks() {
    return table.source().read(request(false)).storage().stream()
        .map(
            each ->
                new Disk(
                    each.mountPoint(),
                    each.totalBytes(),
                    each.availableBytes(),
                    OptionalDouble.empty(),
                    false))
        .toList();
  }

  @Override
  public List<ProcessUsage> processes() throws IOException {
    var reading = table.source().read(request(true));
    double cpus = Math.max(1, reading.cpu().map(Cpu::totalThreads).orElse(1));
    return present(reading, HostReading::processes).stream()
        .map(
            row ->
                new ProcessUsage(
                    row.pid(),
                    row.processName(),
                    Math.min(100, row.cpuPercent() / cpus),
                    row.memoryRss()))
        .toList();
  }

  @Override
  public ProcessDetail process(long pid) throws IOException {
    var rows = present(details.source().read(request(true)), HostReading::processes);
    var children =
        rows.stream()
            .filter(row -> row.ppid() == pid && row.pid() != pid)
            .limit(MAX_CHILDREN)
            .map(row -> detail(row, List.of()))
            .toList();
    return rows.stream()
        .filter(row -> row.pid() == pid)
        .findFirst()
        .map(row -> detail(row, children))
        .orElseThrow(
            () -> new FleetException(Code.PROCESS_UNKNOWN, "no process has the id " + pid));
  }

  @Override
  public Duration resolution() {
    return resolution;
  }

  @Override
  public void close() {
    numbers.close();
    table.close();
    details.close();
  }

  private ReadRequest request(boolean processes) {
    var at = clocks.wallClock().instant();
    return new ReadRequest(
        at, WireTime.localSeconds(at, ZoneId.systemDefault()), hostId, processes);
  }

  private static <T> T present(HostReading reading, Function<HostReading, Optional<T>> part)
      throws IOException {
    return part.apply(reading)
        .orElseThrow(
            () ->
                new IOException(
                    reading.failures().stream()
                        .map(ReadFailure::message)
                        .collect(Collectors.joining("; "))));
  }

  private static List<Double> perCpu(Cpu cpu) {
    return cpu.perCoreUtilization().stream().map(core -> core.utilization().orElse(0)).toList();
  }

  private static OptionalDouble precise(OptionalInt celsius) {
    return celsius.isPresent() ? OptionalDouble.of(celsius.getAsInt()) : OptionalDouble.empty();
  }

  private static NetworkInterface whole(NetworkCounters counters) {
    return new NetworkInterface("total", counters.receivedBytes(), counters.sentBytes());
  }

  private static ProcessDetail detail(ProcessEntry row, List<ProcessDetail> children) {
    return new ProcessDetail(
        row.pid(),
        row.processName(),
        row.command(),
        row.cpuPercent(),
        row.memoryRss(),
        row.memoryVms(),
        OptionalLong.empty(),
        row.threads(),
        OptionalLong.empty(),
        row.state(),
        row.ppid() > 0 ? OptionalLong.of(row.ppid()) : OptionalLong.empty(),
        NOBODY,
        NOBODY,
        Long.parseLong(row.startTime()),
        row.cpuTime() * MICROS_PER_SECOND,
        0,
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        children,
        List.of());
  }

  /** A source that is opened by its first use. */
  private static final class Lazy {
    private final Supplier<HardwareSource<HostReading>> sources;
    private @Nullable HardwareSource<HostReading> opened;

    private Lazy(Supplier<HardwareSource<HostReading>> sources) {
      this.sources = sources;
    }

    private HardwareSource<HostReading> source() {
      var known = opened;
      if (known == null) {
        known = sources.get();
        opened = known;
      }
      return known;
    }

    private void close() {
      if (opened != null) {
        opened.close();
      }
    }
  }
}
