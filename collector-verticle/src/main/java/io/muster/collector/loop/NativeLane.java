package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.TimedValue;
import io.muster.schema.frame.Section;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single worker thread of a source, with at most one call in flight. A timeout frees the tick,
 * not the thread: a hung driver blocks its own lane and nothing else. Confined to the context that
 * created it.
 *
 * <pre>
 * IDLE ── read ───► IN_PASS ──────── timeout ──► STALLED
 * IDLE ── latest ─► BETWEEN_PASSES ─ timeout ──► STALLED
 * any of the others ── the call returns ───────► IDLE
 * </pre>
 *
 * @param <R> result of a read
 */
public final class NativeLane<R> {
  private static final Logger log = LoggerFactory.getLogger(NativeLane.class);

  private final HardwareSource<R> source;
  private final Set<Section> sections;
  private final NativeThread thread;
  private final LaneOptions options;
  private final LaneMetrics metrics;
  private State state = State.IDLE;
  private boolean healthy = true;
  private Future<?> lastCall = Future.succeededFuture();
  private Future<Outcome<R>> lastOutcome = Future.succeededFuture(Outcome.failed(List.of()));
  private @Nullable TimedValue<Outcome<R>> newestOutcome;

  private NativeLane(
      HardwareSource<R> source, Set<Section> sections, NativeThread thread, LaneOptions options) {
    this.source = source;
    this.sections = sections;
    this.thread = thread;
    this.options = options;
    this.metrics = LaneMetrics.of(source.name(), options.meters());
  }

  /**
   * Opens a lane for the source, on the thread of its name: sources of the same name share it.
   *
   * @param sections sections that are missing in a frame if this source does not return
   * @param options timeout, clock and metrics
   */
  public static <R> NativeLane<R> open(
      Vertx vertx, HardwareSource<R> source, Set<Section> sections, LaneOptions options) {
    var thread = NativeThread.open(vertx, source.name());
    return new NativeLane<>(source, Set.copyOf(sections), thread, options);
  }

  /**
   * Reads the source once for a pass, after a call of {@link #latest} in progress, if any. Never
   * fails: the outcome contains the failures.
   */
  public Future<Outcome<R>> read(ReadRequest request) {
    return switch (state) {
      case IDLE -> trackPass(call(request, State.IN_PASS));
      case BETWEEN_PASSES -> trackPass(lastCall.transform(ended -> call(request, State.IN_PASS)));
      case IN_PASS, STALLED ->
          Future.succeededFuture(remember(recordTimeout("the previous read is still running")));
    };
  }

  /**
   * Returns a recent outcome: the newest one if it is younger than the maximum age, else that of
   * the read in progress, else that of a new read. The outcome has no value if the source hangs or
   * fails. The call is not counted as a pass.
   */
  public Future<Outcome<R>> latest(Duration maxAge, ReadRequest request) {
    var newest = newestOutcome;
    if (newest != null && newest.age(nowNanos()).compareTo(maxAge) < 0) {
      return Future.succeededFuture(newest.value());
    }
    if (!lastOutcome.isComplete()) {
      return lastOutcome;
    }
    return state == State.IDLE
        ? track(
            withTimeout(call(request, State.BETWEEN_PASSES))
                .map(Outcome::of)
                .otherwise(cause -> Outcome.failed(List.of()))) // the next pass reports it
        : Future.succeededFuture(Outcome.failed(List.of()));
  }

  public String name() {
    return source.name();
  }

  /** Closes the source on its own thread; a hung read is abandoned. */
  public Future<Void> close() {
    return thread.close(source.name(), source::close, options.timeout());
  }

  private Future<R> call(ReadRequest request, State callState) {
    state = callState;
    var startedNanos = nowNanos();
    var call =
        thread
            .call(() -> source.read(request))
            .andThen(done -> finishCall(startedNanos)); // first: the caller may call again
    lastCall = call;
    return call;
  }

  private void finishCall(long startedNanos) {
    state = State.IDLE;
    metrics.reads().record(nowNanos() - startedNanos, NANOSECONDS);
  }

  private Future<R> withTimeout(Future<R> call) {
    return call.timeout(options.timeout().toMillis(), MILLISECONDS).onFailure(this::markStalled);
  }

  /** After a timeout the call is still in flight, but no later pass waits for it. */
  private void markStalled(Throwable cause) {
    if (cause instanceof TimeoutException && state != State.IDLE) {
      state = State.STALLED;
    }
  }

  private Future<Outcome<R>> trackPass(Future<R> call) {
    return track(
        withTimeout(call)
            .map(this::recordSuccess)
            .recover(cause -> Future.succeededFuture(recordFailure(cause))));
  }

  private Future<Outcome<R>> track(Future<Outcome<R>> outcome) {
    lastOutcome = outcome.map(this::remember);
    return lastOutcome;
  }

  private Outcome<R> remember(Outcome<R> outcome) {
    newestOutcome = new TimedValue<>(outcome, nowNanos());
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
      return recordTimeout("did not return within " + options.timeout().toMillis() + " ms");
    }
    markUnhealthy("source failed source={}", cause);
    return Outcome.failed(failures(FailureReason.FAILED, String.valueOf(cause)));
  }

  private Outcome<R> recordTimeout(String detail) {
    metrics.timeouts().increment();
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

  private long nowNanos() {
    return options.nanoTime().getAsLong();
  }

  /** States of the lane, by its call in flight. */
  private enum State {
    /** There is no call. */
    IDLE,
    /** A pass waits for the call; another pass does not. */
    IN_PASS,
    /** The call is that of {@link #latest}; a pass waits for it and reads again. */
    BETWEEN_PASSES,
    /** The call has timed out. */
    STALLED
  }
}
