package io.muster.collector.inspection;

import io.muster.collector.inspection.InspectionTally.Kind;
import io.muster.collector.inspection.SharedSample.Sample;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;

/**
 * All that one host costs while somebody looks at it: its inspector, its threads, the newest
 * samples. Confined to the context that made it.
 */
final class Watch {
  private static final Duration VITALS_FLOOR = Duration.ofMillis(100);
  private static final Duration FLOOR = Duration.ofMillis(250);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration UNASKED = Duration.ofSeconds(60);

  /** Longer than the longest interval of /usage, whose shares are to be those of the interval. */
  private static final Duration BASELINE_LIFETIME = Duration.ofSeconds(65);

  private final Inspectable host;
  private final InspectionTerms terms;
  private final HostInspector inspector;
  private final InspectionThread thread;
  private final InspectionThread journalThread;
  private final Baseline vitalsBaseline = new Baseline();
  private final Baseline processesBaseline = new Baseline();
  private final SharedSample<Vitals> vitals;
  private final SharedSample<List<Disk>> disks;
  private final SharedSample<List<ProcessUsage>> processes;
  private final PerProcess<ProcessDetail> details;
  private final PerProcess<Journal> journals;

  Watch(Vertx vertx, Inspectable host, InspectionTerms terms) {
    this.host = host;
    this.terms = terms;
    this.inspector = host.inspector().get();
    this.thread = new InspectionThread(vertx, host.thread(), host.hostId(), terms);
    this.journalThread = new InspectionThread(vertx, "journal", host.hostId(), terms);
    this.vitals = new SharedSample<>(terms.nanos());
    this.disks = new SharedSample<>(terms.nanos());
    this.processes = new SharedSample<>(terms.nanos());
    this.details = new PerProcess<>(terms.nanos(), FLOOR);
    this.journals = new PerProcess<>(terms.nanos(), FLOOR);
  }

  Future<WithAge<Vitals>> vitals(long maxAgeMillis) {
    return vitals.get(maxAgeMillis, atLeast(VITALS_FLOOR), this::sampleVitals);
  }

  Future<WithAge<List<Disk>>> disks(long maxAgeMillis) {
    return disks.get(
        maxAgeMillis, atLeast(FLOOR), () -> sample(Kind.DISKS, thread, inspector::disks));
  }

  Future<WithAge<List<ProcessUsage>>> processes(long maxAgeMillis) {
    return processes.get(maxAgeMillis, atLeast(FLOOR), this::sampleProcesses);
  }

  Future<WithAge<ProcessDetail>> process(ProcessQuery query) {
    return details.get(query, look -> sample(Kind.PROCESS, thread, look), inspector::process);
  }

  Future<WithAge<Journal>> journal(ProcessQuery query) {
    return journals.get(
        query, look -> sample(Kind.JOURNAL, journalThread, look), host.journal()::read);
  }

  /** Forgets the processes that nobody asked for lately. */
  void tidy() {
    details.forget(UNASKED);
    journals.forget(UNASKED);
  }

  /** Whether closing would leave a thread behind. */
  boolean isHanging() {
    return thread.isHanging() || journalThread.isHanging();
  }

  Future<Void> close() {
    return Future.join(thread.close(inspector::close), journalThread.close(() -> {})).mapEmpty();
  }

  /** Those of the accelerators come from the lanes of the collector, at the same time. */
  private Future<Sample<Vitals>> sampleVitals() {
    terms.tally().sampling(Kind.VITALS);
    var gpus = host.gpus().get();
    return difference(vitalsBaseline, inspector::vitals)
        .compose(sample -> gpus.map(found -> with(sample, found)));
  }

  private Future<Sample<List<ProcessUsage>>> sampleProcesses() {
    terms.tally().sampling(Kind.PROCESSES);
    return difference(processesBaseline, inspector::processes);
  }

  private <T> Future<Sample<T>> sample(Kind kind, InspectionThread on, Callable<T> look) {
    terms.tally().sampling(kind);
    return on.look(look);
  }

  /** A sample whose shares of time are real: without a young one before, two in a row. */
  private <T> Future<Sample<T>> difference(Baseline baseline, Callable<T> look) {
    var based = baseline.holds(terms.nanos().getAsLong());
    var first = thread.look(look).onSuccess(baseline::moveTo);
    return based
        ? first
        : first
            .compose(forgotten -> terms.pause().apply(atLeast(PAUSE)))
            .compose(passed -> thread.look(look))
            .onSuccess(baseline::moveTo);
  }

  private Duration atLeast(Duration duration) {
    var resolution = inspector.resolution();
    return duration.compareTo(resolution) < 0 ? resolution : duration;
  }

  private static Sample<Vitals> with(Sample<Vitals> sample, List<Gpu> gpus) {
    var vitals = sample.value();
    var complete =
        new Vitals(
            vitals.atMillis(),
            vitals.cpuModel(),
            vitals.cpuPercent(),
            vitals.perCpuPercent(),
            vitals.cpuCelsius(),
            vitals.memoryTotalBytes(),
            vitals.memoryUsedBytes(),
            vitals.swapTotalBytes(),
            vitals.swapUsedBytes(),
            vitals.networks(),
            gpus.stream().map(Watch::vitals).toList());
    return new Sample<>(complete, sample.atNanos());
  }

  private static GpuVitals vitals(Gpu gpu) {
    var celsius = gpu.temperature();
    return new GpuVitals(
        gpu.name(),
        gpu.utilization(),
        gpu.usedMemory(),
        gpu.totalMemory(),
        celsius.isPresent()
            ? OptionalDouble.of((double) celsius.getAsLong())
            : OptionalDouble.empty(),
        gpu.powerConsumption());
  }

  /** What the next sample is compared with. */
  private static final class Baseline {
    private boolean there;
    private long atNanos;

    private boolean holds(long now) {
      return there && now - atNanos <= BASELINE_LIFETIME.toNanos();
    }

    private void moveTo(Sample<?> sample) {
      there = true;
      atNanos = sample.atNanos();
    }
  }
}
