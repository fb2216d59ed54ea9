package io.muster.collector.inspection;

import io.muster.collector.inspection.InspectionCounters.InspectionType;
import io.muster.collector.inspection.SampleCache.TimedSample;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;

/**
 * The state of the inspection of one host: the inspector, the threads, the newest samples. Confined
 * to the context that created it.
 */
final class InspectionSession {
  private static final Duration MIN_VITALS_INTERVAL = Duration.ofMillis(100);
  private static final Duration MIN_INTERVAL = Duration.ofMillis(250);
  private static final Duration PRIMING_DELAY = Duration.ofMillis(250);
  private static final Duration SAMPLE_IDLE_TIMEOUT = Duration.ofSeconds(60);

  /** Longer than the longest interval of /usage, so that CPU usage is that of the interval. */
  private static final Duration MAX_BASELINE_AGE = Duration.ofSeconds(65);

  private final InspectionTarget target;
  private final InspectionOptions options;
  private final HostInspector inspector;
  private final InspectionThread thread;
  private final InspectionThread journalThread;
  private final Baseline vitalsBaseline = new Baseline();
  private final Baseline processesBaseline = new Baseline();
  private final SampleCache<Vitals> vitalsCache;
  private final SampleCache<List<Disk>> diskCache;
  private final SampleCache<List<ProcessUsage>> processCache;
  private final ProcessSampleCache<ProcessDetail> detailCache;
  private final ProcessSampleCache<Journal> journalCache;

  InspectionSession(Vertx vertx, InspectionTarget target, InspectionOptions options) {
    this.target = target;
    this.options = options;
    this.inspector = target.inspectorFactory().get();
    this.thread = new InspectionThread(vertx, target.threadName(), target.hostId(), options);
    this.journalThread = new InspectionThread(vertx, "journal", target.hostId(), options);
    this.vitalsCache = new SampleCache<>(options.nanoTime());
    this.diskCache = new SampleCache<>(options.nanoTime());
    this.processCache = new SampleCache<>(options.nanoTime());
    this.detailCache = new ProcessSampleCache<>(options.nanoTime(), MIN_INTERVAL);
    this.journalCache = new ProcessSampleCache<>(options.nanoTime(), MIN_INTERVAL);
  }

  Future<AgedSample<Vitals>> vitals(long maxAgeMillis) {
    return vitalsCache.get(
        maxAgeMillis, effectiveInterval(MIN_VITALS_INTERVAL), this::sampleVitals);
  }

  Future<AgedSample<List<Disk>>> disks(long maxAgeMillis) {
    return diskCache.get(
        maxAgeMillis,
        effectiveInterval(MIN_INTERVAL),
        () -> sample(InspectionType.DISKS, thread, inspector::disks));
  }

  Future<AgedSample<List<ProcessUsage>>> processes(long maxAgeMillis) {
    return processCache.get(maxAgeMillis, effectiveInterval(MIN_INTERVAL), this::sampleProcesses);
  }

  Future<AgedSample<ProcessDetail>> process(ProcessQuery query) {
    return detailCache.get(
        query, reader -> sample(InspectionType.PROCESS, thread, reader), inspector::process);
  }

  Future<AgedSample<Journal>> journal(ProcessQuery query) {
    return journalCache.get(
        query,
        reader -> sample(InspectionType.JOURNAL, journalThread, reader),
        target.journal()::read);
  }

  /** Drops the samples of processes that were not requested for a minute. */
  void evictIdle() {
    detailCache.evictIdle(SAMPLE_IDLE_TIMEOUT);
    journalCache.evictIdle(SAMPLE_IDLE_TIMEOUT);
  }

  /** Returns true if closing would leave a stalled thread behind. */
  boolean isStalled() {
    return thread.isStalled() || journalThread.isStalled();
  }

  Future<Void> close() {
    return Future.join(thread.close(inspector::close), journalThread.close(() -> {})).mapEmpty();
  }

  /**
   * Samples the vitals, and meanwhile gets those of the accelerators from the lanes of the
   * collector.
   */
  private Future<TimedSample<Vitals>> sampleVitals() {
    options.counters().countSampling(InspectionType.VITALS);
    var gpus = target.latestGpus().get();
    return sampleSinceBaseline(vitalsBaseline, inspector::vitals)
        .compose(sample -> gpus.map(latest -> withGpus(sample, latest)));
  }

  private Future<TimedSample<List<ProcessUsage>>> sampleProcesses() {
    options.counters().countSampling(InspectionType.PROCESSES);
    return sampleSinceBaseline(processesBaseline, inspector::processes);
  }

  private <T> Future<TimedSample<T>> sample(
      InspectionType type, InspectionThread samplingThread, Callable<T> reader) {
    options.counters().countSampling(type);
    return samplingThread.sample(reader);
  }

  /** Samples once, or twice if there is no recent baseline against which to measure CPU usage. */
  private <T> Future<TimedSample<T>> sampleSinceBaseline(Baseline baseline, Callable<T> reader) {
    var hasBaseline = baseline.isValid(options.nanoTime().getAsLong());
    var firstSample = thread.sample(reader).onSuccess(baseline::update);
    return hasBaseline
        ? firstSample
        : firstSample
            .compose(ignored -> options.delay().apply(effectiveInterval(PRIMING_DELAY)))
            .compose(ignored -> thread.sample(reader))
            .onSuccess(baseline::update);
  }

  private Duration effectiveInterval(Duration interval) {
    var minReadInterval = inspector.minReadInterval();
    return interval.compareTo(minReadInterval) < 0 ? minReadInterval : interval;
  }

  private static TimedSample<Vitals> withGpus(TimedSample<Vitals> sample, List<Gpu> gpus) {
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
            gpus.stream().map(InspectionSession::gpuVitals).toList());
    return new TimedSample<>(complete, sample.atNanos());
  }

  private static GpuVitals gpuVitals(Gpu gpu) {
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

  /**
   * The instant of the reading that CPU usage is measured against. Confined to the session's
   * context.
   */
  private static final class Baseline {
    private boolean hasSample;
    private long atNanos;

    private boolean isValid(long nowNanos) {
      return hasSample && nowNanos - atNanos <= MAX_BASELINE_AGE.toNanos();
    }

    private void update(TimedSample<?> sample) {
      hasSample = true;
      atNanos = sample.atNanos();
    }
  }
}
