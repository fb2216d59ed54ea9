package io.muster.collector.inspection;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.SampleCache.TimedSample;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.ProcessQuery;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The newest samples of single processes, of at most 64: the sample that was least recently
 * requested is evicted first, unless it is being taken. Confined to the context that created it.
 */
final class ProcessSampleCache<T> {
  static final int CAPACITY = 64;

  private final LongSupplier nanoTime;
  private final Duration minInterval;
  private final Map<Long, SampleCache<T>> samples = new LinkedHashMap<>(16, 0.75f, true);

  ProcessSampleCache(LongSupplier nanoTime, Duration minInterval) {
    this.nanoTime = nanoTime;
    this.minInterval = minInterval;
  }

  /** Returns a sample of the process; rejected while 64 samples of others are being taken. */
  Future<AgedSample<T>> get(
      ProcessQuery query,
      Function<Callable<T>, Future<TimedSample<T>>> sampler,
      ProcessReader<T> reader) {
    long pid = query.pid();
    if (pid < 1 || pid > Integer.MAX_VALUE) {
      return Future.failedFuture(
          new FleetException(Code.PROCESS_UNKNOWN, "no process has the id " + pid));
    }
    if (!samples.containsKey(pid) && !makeRoom()) {
      return Future.failedFuture(
          new FleetException(Code.UNAVAILABLE, CAPACITY + " other processes are being inspected"));
    }
    return samples
        .computeIfAbsent(pid, missing -> new SampleCache<>(nanoTime))
        .get(query.maxAgeMillis(), minInterval, () -> sampler.apply(() -> reader.read(pid)));
  }

  /** Drops the samples that were not requested for this time and are not being taken. */
  void evictIdle(Duration maxIdle) {
    long nowNanos = nanoTime.getAsLong();
    samples
        .values()
        .removeIf(
            sample ->
                !sample.isSampling() && nowNanos - sample.lastRequestNanos() >= maxIdle.toNanos());
  }

  int size() {
    return samples.size();
  }

  private boolean makeRoom() {
    if (samples.size() < CAPACITY) {
      return true;
    }
    var leastRecent =
        samples.entrySet().stream().filter(entry -> !entry.getValue().isSampling()).findFirst();
    leastRecent.ifPresent(entry -> samples.remove(entry.getKey()));
    return leastRecent.isPresent();
  }

  /** Reads one process; blocks. */
  interface ProcessReader<T> {
    T read(long pid) throws Exception;
  }
}
