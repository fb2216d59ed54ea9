package io.muster.collector.inspection;

import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.InspectionMetrics.InspectionType;
import io.muster.runtime.node.CoalescingCache;
import io.muster.runtime.node.TimedValue;
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
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * The state of the inspection of one host: the inspector, the threads, the newest samples. Confined
 * to the context that created it.
 */
final class InspectionSession {
  /** Maximum number of processes whose newest samples are kept. */
  static final int MAX_PROCESSES = 64;

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
  private final CoalescingCache<InspectionType, Vitals> vitalsCache;
  private final CoalescingCache<InspectionType, List<Disk>> diskCache;
  private final CoalescingCache<InspectionType, List<ProcessUsage>> processCache;
  private final CoalescingCache<Long, ProcessDetail> detailCache;
  private final CoalescingCache<Long, Journal> journalCache;

  InspectionSession(Vertx vertx, InspectionTarget target, InspectionOptions options) {
    this.target = target;
    this.options = options;
    this.inspector = target.inspectorFactory().get();
    this.thread = new InspectionThread(vertx, target.threadName(), target.hostId(), options);
    this.journalThread = new InspectionThread(vertx, "journal", target.hostId(), options);
    this.vitalsCache = newCache(1, effectiveInterval(MIN_VITALS_INTERVAL));
    this.diskCache = newCache(1, effectiveInterval(MIN_INTERVAL));
    this.processCache = newCache(1, effectiveInterval(MIN_INTERVAL));
    this.detailCache = newCache(MAX_PROCESSES, MIN_INTERVAL);
    this.journalCache = newCache(MAX_PROCESSES, MIN_INTERVAL);
  }

  Future<AgedSample<Vitals>> vitals(long maxAgeMillis) {
    return get(vitalsCache, InspectionType.VITALS, maxAgeMillis, this::sampleVitals);
  }

  Future<AgedSample<List<Disk>>> disks(long maxAgeMillis) {
    return get(
        diskCache,
        InspectionType.DISKS,
        maxAgeMillis,
        () -> sample(InspectionType.DISKS, thread, inspector::disks));
  }

  Future<AgedSample<List<ProcessUsage>>> processes(long maxAgeMillis) {
    return get(
        processCache,
        InspectionType.PROCESSES,
        maxAgeMillis,
        () -> sampleUsage(processCache, InspectionType.PROCESSES, inspector::processes));
  }

  Future<AgedSample<ProcessDetail>> process(ProcessQuery query) {
    return getOfProcess(
        detailCache,
        query,
        () -> sample(InspectionType.PROCESS, thread, () -> inspector.process(query.pid())));
  }

  Future<AgedSample<Journal>> journal(ProcessQuery query) {
    return getOfProcess(
        journalCache,
        query,
        () ->
            sample(
                InspectionType.JOURNAL, journalThread, () -> target.journal().read(query.pid())));
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
  private Future<TimedValue<Vitals>> sampleVitals() {
    var gpus = target.latestGpus().get();
    return sampleUsage(vitalsCache, InspectionType.VITALS, inspector::vitals)
        .compose(sample -> gpus.map(latest -> withGpus(sample, latest)));
  }

  /** Samples twice if there is no recent sample since which CPU usage is measured. */
  private <T> Future<TimedValue<T>> sampleUsage(
      CoalescingCache<InspectionType, T> cache, InspectionType type, Callable<T> reader) {
    var firstSample = sample(type, thread, reader);
    return cache
            .latest(type)
            .filter(latest -> age(latest).compareTo(MAX_BASELINE_AGE) <= 0)
            .isPresent()
        ? firstSample
        : firstSample
            .compose(ignored -> options.delay().apply(effectiveInterval(PRIMING_DELAY)))
            .compose(ignored -> thread.sample(reader));
  }

  private <T> Future<TimedValue<T>> sample(
      InspectionType type, InspectionThread samplingThread, Callable<T> reader) {
    options.metrics().countSampling(type);
    return samplingThread.sample(reader);
  }

  private <K, T> CoalescingCache<K, T> newCache(int capacity, Duration minInterval) {
    return new CoalescingCache<>(capacity, minInterval, options.nanoTime());
  }

  private <T> Future<AgedSample<T>> getOfProcess(
      CoalescingCache<Long, T> cache, ProcessQuery query, Supplier<Future<TimedValue<T>>> sampler) {
    long pid = query.pid();
    return pid < 1 || pid > Integer.MAX_VALUE
        ? Future.failedFuture(
            new FleetException(Code.PROCESS_UNKNOWN, "no process has the id " + pid))
        : get(cache, pid, query.maxAgeMillis(), sampler);
  }

  /** Accepts the maximum age itself, since ages are whole milliseconds. */
  private <K, T> Future<AgedSample<T>> get(
      CoalescingCache<K, T> cache,
      K key,
      long maxAgeMillis,
      Supplier<Future<TimedValue<T>>> sampler) {
    return cache
        .get(key, Duration.ofMillis(maxAgeMillis).plusMillis(1), sampler)
        .map(sample -> new AgedSample<>(age(sample).toMillis(), sample.value()));
  }

  private Duration age(TimedValue<?> sample) {
    return sample.age(options.nanoTime().getAsLong());
  }

  private Duration effectiveInterval(Duration interval) {
    var minReadInterval = inspector.minReadInterval();
    return interval.compareTo(minReadInterval) < 0 ? minReadInterval : interval;
  }

  private static TimedValue<Vitals> withGpus(TimedValue<Vitals> sample, List<Gpu> gpus) {
    var vitals = gpus.stream().map(InspectionSession::gpuVitals).toList();
    return new TimedValue<>(sample.value().withGpus(vitals), sample.atNanos());
  }

  private static GpuVitals gpuVitals(Gpu gpu) {
    return new GpuVitals(
        gpu.name(),
        gpu.value(UTILIZATION),
        gpu.wholeValue(USED_MEMORY),
        gpu.wholeValue(TOTAL_MEMORY),
        gpu.value(TEMPERATURE),
        gpu.value(POWER_CONSUMPTION));
  }
}
