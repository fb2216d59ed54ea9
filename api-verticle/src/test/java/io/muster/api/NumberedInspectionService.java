package io.muster.api;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.JournalEntry;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessDetail.ProcessFileUse;
import io.muster.schema.inspection.ProcessDetail.ProcessIds;
import io.muster.schema.inspection.ProcessDetail.ProcessMemory;
import io.muster.schema.inspection.ProcessDetail.ProcessName;
import io.muster.schema.inspection.ProcessDetail.ProcessTiming;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.Vitals.CpuVitals;
import io.muster.schema.inspection.Vitals.MemoryVitals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A collector whose responses identify their request: vitals contain the number of their sampling
 * as their memory in MiB, a process and its journal contain the requested process id. Each response
 * takes a few milliseconds. Safe for use by any thread.
 */
final class NumberedInspectionService implements InspectionService {
  private static final long MEBIBYTE = 1 << 20;
  private static final long MEMORY_BYTES = 1L << 50;

  /** Processes whose id is a multiple of this number have ended. */
  private static final long ENDED = 7;

  private final Vertx vertx;
  private final InstantSource clock = InstantSource.system();
  private final AtomicInteger vitals = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();

  NumberedInspectionService(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Returns true if the process is not found. */
  static boolean hasEnded(long pid) {
    return pid % ENDED == 0;
  }

  /** The number of requests. */
  int requestCount() {
    return requests.get();
  }

  @Override
  public Future<AgedSample<Vitals>> vitals(SampleRequest request) {
    return respond(() -> vitals(vitals.incrementAndGet()));
  }

  @Override
  public Future<AgedSample<List<Disk>>> disks(SampleRequest request) {
    return respond(() -> List.of(new Disk("/dev/a", 1000, 400, OptionalDouble.empty(), false)));
  }

  @Override
  public Future<AgedSample<List<ProcessUsage>>> processes(SampleRequest request) {
    return respond(() -> List.of(new ProcessUsage(1, "listed", 12.5, MEBIBYTE)));
  }

  @Override
  public Future<AgedSample<ProcessDetail>> process(ProcessQuery query) {
    return hasEnded(query.pid()) ? failEnded(query.pid()) : respond(() -> process(query.pid()));
  }

  @Override
  public Future<AgedSample<Journal>> journal(ProcessQuery query) {
    return hasEnded(query.pid()) ? failEnded(query.pid()) : respond(() -> journal(query.pid()));
  }

  private <T> Future<AgedSample<T>> respond(Supplier<T> value) {
    return vertx
        .timer(1 + requests.incrementAndGet() % 3, MILLISECONDS)
        .map(ignored -> new AgedSample<>(0, value.get()));
  }

  private <T> Future<T> failEnded(long pid) {
    requests.incrementAndGet();
    return Future.failedFuture(new FleetException(Code.PROCESS_UNKNOWN, "process " + pid));
  }

  private Vitals vitals(int number) {
    return new Vitals(
        clock.millis(),
        new CpuVitals("a CPU", OptionalDouble.of(12.5), List.of(12.5), OptionalDouble.empty()),
        new MemoryVitals(MEMORY_BYTES, number * MEBIBYTE, 0, 0),
        List.of(),
        List.of());
  }

  private static ProcessDetail process(long pid) {
    return new ProcessDetail(
        new ProcessName(pid, "p" + pid, "/bin/p"),
        new ProcessIds(OptionalLong.empty(), 0, 0),
        "S",
        1,
        new ProcessTiming(0, 0, 0, 0),
        new ProcessMemory(0, 0, OptionalLong.empty()),
        new ProcessFileUse(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty()),
        List.of(),
        List.of());
  }

  private static Journal journal(long pid) {
    var entry =
        new JournalEntry(
            0,
            6,
            "journal of " + pid,
            Optional.empty(),
            Optional.empty(),
            OptionalLong.of(pid),
            OptionalLong.empty(),
            OptionalLong.empty());
    return new Journal(List.of(entry), false, Optional.empty());
  }
}
