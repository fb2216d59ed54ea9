package io.muster.collector.inspection;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.SharedSample.Sample;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The newest samples of single processes: of 64 at most; who was not asked for goes first, and
 * after a minute in any case. Confined to the context that made it.
 */
final class PerProcess<T> {
  static final int CAPACITY = 64;

  private final LongSupplier nanos;
  private final Duration floor;
  private final Map<Long, SharedSample<T>> samples = new LinkedHashMap<>(16, 0.75f, true);

  PerProcess(LongSupplier nanos, Duration floor) {
    this.nanos = nanos;
    this.floor = floor;
  }

  /** A sample of the process; refused when too many others are being taken. */
  Future<WithAge<T>> get(
      ProcessQuery query, Function<Callable<T>, Future<Sample<T>>> sampling, Look<T> look) {
    long pid = query.pid();
    if (pid < 1 || pid > Integer.MAX_VALUE) {
      return Future.failedFuture(
          new FleetException(Code.PROCESS_UNKNOWN, "no process has the id " + pid));
    }
    if (!samples.containsKey(pid) && !hasRoom()) {
      return Future.failedFuture(
          new FleetException(
              Code.UNAVAILABLE, CAPACITY + " other processes are being looked at now"));
    }
    return samples
        .computeIfAbsent(pid, first -> new SharedSample<>(nanos))
        .get(query.maxAgeMillis(), floor, () -> sampling.apply(() -> look.at(pid)));
  }

  /** Forgets those that nobody asked for so long. */
  void forget(Duration unasked) {
    long now = nanos.getAsLong();
    samples
        .values()
        .removeIf(sample -> !sample.isRunning() && now - sample.askedNanos() >= unasked.toNanos());
  }

  int size() {
    return samples.size();
  }

  private boolean hasRoom() {
    if (samples.size() < CAPACITY) {
      return true;
    }
    var oldest =
        samples.entrySet().stream().filter(each -> !each.getValue().isRunning()).findFirst();
    oldest.ifPresent(each -> samples.remove(each.getKey()));
    return oldest.isPresent();
  }

  /** Looks at one process; blocks. */
  interface Look<T> {
    T at(long pid) throws Exception;
  }
}
