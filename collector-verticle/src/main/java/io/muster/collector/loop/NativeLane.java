package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.frame.Section;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single worker thread of a source, with at most one call in flight. A timeout frees the tick,
 * not the thread: a hung driver blocks its own lane and nothing else. Confined to the context that
 * created it.
 *
 * @param <R> result of a read
 */
public final class NativeLane<R> {
  private static final Logger log = LoggerFactory.getLogger(NativeLane.class);

  private final HardwareSource<R> source;
  private final Set<Section> sections;
  private final NativeThread thread;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final LaneMetrics metrics;
  private boolean busy;
  private boolean healthy = true;
  private @Nullable Future<R> latestCall;
  private @Nullable Future<Outcome<R>> pendingOutcome;
  private @Nullable TimedOutcome<R> lastOutcome;

  private NativeLane(
      HardwareSource<R> source, Set<Section> sections, NativeThread thread, LaneOptions options) {
    this.source = source;
    this.sections = sections;
    this.thread = thread;
    this.timeout = options.timeout();
    this.nanoTime = options.nanoTime();
    this.metrics = options.metrics().apply(source.name());
  }

  /**
   * Opens a lane for the source; lanes with the same thread name share one thread.
   *
   * @param sections sections that are missing in a frame if this source does not return
   * @param options timeout, clock and metrics
   */
  public static <R> NativeLane<R> open(
      Vertx vertx,
      HardwareSource<R> source,
      Set<Section> sections,
      String threadName,
      LaneOptions options) {
    var thread = NativeThread.open(vertx, threadName);
    return new NativeLane<>(source, Set.copyOf(sections), thread, options);
  }

  /**
   * Reads the source once for a pass, after a call of {@link #latest} in progress, if any. Never
   * fails: the outcome contains the failures.
   */
  public Future<Outcome<R>> read(ReadRequest request) {
    var pendingCall = latestCall;
    if (busy && pendingCall == null) {
      return Future.succeededFuture(remember(recordTimeout("the previous read is still running")));
    }
    Future<R> call =
        pendingCall == null ? call(request) : pendingCall.transform(ended -> call(request));
    return track(
        call.timeout(timeout.toMillis(), MILLISECONDS)
            .map(this::recordSuccess)
            .recover(cause -> Future.succeededFuture(recordFailure(cause))));
  }

  /**
   * Returns a recent outcome: the newest one if it is younger than the maximum age, else that of
   * the read in progress, else that of a new read. The outcome has no value if the source hangs or
   * fails. The call is not counted as a pass.
   */
  public Future<Outcome<R>> latest(Duration maxAge, ReadRequest request) {
    var lastTimed = lastOutcome;
    if (lastTimed != null && nanoTime.getAsLong() - lastTimed.atNanos < maxAge.toNanos()) {
      return Future.succeededFuture(lastTimed.outcome);
    }
    var pending = pendingOutcome;
    if (pending != null || busy) {
      return pending == null ? Future.succeededFuture(Outcome.failed(List.of())) : pending;
    }
    var call = call(request);
    latestCall = call;
    return track(
        call.timeout(timeout.toMillis(), MILLISECONDS)
            .map(Outcome::of)
            .otherwise(
                cause -> {
                  latestCall = null; // the next pass reports the failure and does not wait
                  return Outcome.failed(List.of());
                }));
  }

  public String name() {
    return source.name();
  }

  /** Closes the source on its own thread; a hung read is abandoned. */
  public Future<Void> close() {
    return thread.close(source.name(), source::close, timeout);
  }

  private Future<R> call(ReadRequest request) {
    busy = true;
    var startedNanos = nanoTime.getAsLong();
    return thread
        .call(() -> source.read(request))
        .andThen(done -> finishCall(startedNanos)); // first, because the caller may call again
  }

  private void finishCall(long startedNanos) {
    busy = false;
    latestCall = null;
    metrics.recordRead(nanoTime.getAsLong() - startedNanos);
  }

  private Future<Outcome<R>> track(Future<Outcome<R>> read) {
    var outcome = read.map(this::remember);
    pendingOutcome = outcome;
    return outcome.onComplete(
        done -> pendingOutcome = pendingOutcome == outcome ? null : pendingOutcome);
  }

  private Outcome<R> remember(Outcome<R> outcome) {
    lastOutcome = new TimedOutcome<>(outcome, nanoTime.getAsLong());
    return outcome;
  }

  private Outcome<R> recordSuccess(R value) {
    if (!healthy) {
      healthy = true;
      log.info("source recovered source={}", source.name());
    }
    return Outcome.of(value);
  }

  private Outcome<R> recordFailure(Throwable cause) {
    if (cause instanceof TimeoutException) {
      latestCall = null;
      return recordTimeout("did not return within " + timeout.toMillis() + " ms");
    }
    markUnhealthy("source failed source={}", cause);
    return Outcome.failed(failures(FailureReason.FAILED, String.valueOf(cause)));
  }

  private Outcome<R> recordTimeout(String detail) {
    metrics.recordTimeout();
    markUnhealthy("source stalled source={}", null);
    return Outcome.failed(failures(FailureReason.TIMEOUT, detail));
  }

  private void markUnhealthy(String message, @Nullable Throwable cause) {
    if (healthy) {
      healthy = false;
      log.warn(message, source.name(), cause);
    }
  }

  private List<ReadFailure> failures(FailureReason reason, String detail) {
    return sections.stream()
        .sorted()
        .map(section -> new ReadFailure(section, source.name(), "", reason, detail))
        .toList();
  }

  private record TimedOutcome<R>(Outcome<R> outcome, long atNanos) {}
}
