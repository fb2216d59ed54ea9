package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.Reason;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.frame.Section;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a source, with at most one call in flight. A timeout frees the tick, not the
 * thread: a hung driver costs its own lane and nothing else. Confined to the context that made it.
 *
 * @param <R> what the source answers
 */
public final class NativeLane<R> {
  private static final Logger log = LoggerFactory.getLogger(NativeLane.class);

  private final HardwareSource<R> source;
  private final Set<Section> sections;
  private final WorkerExecutor thread;
  private final Duration budget;
  private final LongSupplier nanos;
  private final LaneMeter meter;
  private boolean busy;
  private boolean healthy = true;

  private NativeLane(
      HardwareSource<R> source, Set<Section> sections, WorkerExecutor thread, LaneTerms terms) {
    this.source = source;
    this.sections = sections;
    this.thread = thread;
    this.budget = terms.budget();
    this.nanos = terms.nanos();
    this.meter = terms.meters().apply(source.name());
  }

  /**
   * A lane of its own for the source; lanes of the same thread name share one thread.
   *
   * @param sections what a frame lacks when this source does not answer
   * @param terms how long a pass waits for it, and who counts
   */
  public static <R> NativeLane<R> open(
      Vertx vertx,
      HardwareSource<R> source,
      Set<Section> sections,
      String threadName,
      LaneTerms terms) {
    var thread = vertx.createSharedWorkerExecutor("muster-" + threadName, 1, 1, HOURS);
    return new NativeLane<>(source, Set.copyOf(sections), thread, terms);
  }

  /** Reads the source once. Never fails: trouble is in the outcome. */
  public Future<Outcome<R>> read(ReadRequest request) {
    if (busy) {
      return Future.succeededFuture(late("the read before is still running"));
    }
    busy = true;
    var askedNanos = nanos.getAsLong();
    return onThread(() -> source.read(request))
        .andThen(done -> ended(askedNanos)) // first: who has the answer may ask again
        .timeout(budget.toMillis(), MILLISECONDS)
        .map(this::fresh)
        .recover(cause -> Future.succeededFuture(failed(cause)));
  }

  public String name() {
    return source.name();
  }

  /** Closes the source on its own thread; a read that hangs is left behind. */
  public Future<Void> close() {
    Future<Void> closed =
        onThread(
            () -> {
              source.close();
              return null;
            });
    return closed
        .timeout(budget.toMillis(), MILLISECONDS)
        .recover(
            cause -> {
              log.warn("source not closed source={} reason={}", source.name(), cause.toString());
              return Future.succeededFuture();
            })
        .eventually(thread::close);
  }

  private void ended(long askedNanos) {
    busy = false;
    meter.answered(nanos.getAsLong() - askedNanos);
  }

  /** A lane that is closed refuses calls by throwing: here that is a failure like any other. */
  private <T> Future<T> onThread(Callable<T> call) {
    try {
      return thread.executeBlocking(call, false);
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(e);
    }
  }

  private Outcome<R> fresh(R value) {
    if (!healthy) {
      healthy = true;
      log.info("source recovered source={}", source.name());
    }
    return Outcome.of(value);
  }

  private Outcome<R> failed(Throwable cause) {
    if (cause instanceof TimeoutException) {
      return late("no answer within " + budget.toMillis() + " ms");
    }
    noteTrouble("source failed source={}", cause);
    return Outcome.failed(failures(Reason.FAILED, String.valueOf(cause)));
  }

  private Outcome<R> late(String detail) {
    meter.timedOut();
    noteTrouble("source stalled source={}", null);
    return Outcome.failed(failures(Reason.TIMEOUT, detail));
  }

  private void noteTrouble(String sentence, @Nullable Throwable cause) {
    if (healthy) {
      healthy = false;
      log.warn(sentence, source.name(), cause);
    }
  }

  private List<ReadFailure> failures(Reason reason, String detail) {
    return sections.stream()
        .sorted()
        .map(section -> new ReadFailure(section, source.name(), "", reason, detail))
        .toList();
  }
}
