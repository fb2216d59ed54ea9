package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.Reason;
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
 * The one thread of a source, with at most one call in flight. A timeout frees the tick, not the
 * thread: a hung driver costs its own lane and nothing else. Confined to the context that made it.
 *
 * @param <R> what the source answers
 */
public final class NativeLane<R> {
  private static final Logger log = LoggerFactory.getLogger(NativeLane.class);

  private final HardwareSource<R> source;
  private final Set<Section> sections;
  private final NativeThread thread;
  private final Duration budget;
  private final LongSupplier nanos;
  private final LaneMeter meter;
  private boolean busy;
  private boolean healthy = true;
  private @Nullable Future<R> glance;
  private @Nullable Future<Outcome<R>> underWay;
  private @Nullable Seen<R> newest;

  private NativeLane(
      HardwareSource<R> source, Set<Section> sections, NativeThread thread, LaneTerms terms) {
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
    var thread = NativeThread.open(vertx, threadName);
    return new NativeLane<>(source, Set.copyOf(sections), thread, terms);
  }

  /**
   * Reads the source once, for a pass; after the glance that is under way, if there is one. Never
   * fails: trouble is in the outcome.
   */
  public Future<Outcome<R>> read(ReadRequest request) {
    var before = glance;
    if (busy && before == null) {
      return Future.succeededFuture(seen(late("the read before is still running")));
    }
    Future<R> answer = before == null ? ask(request) : before.transform(glanced -> ask(request));
    return begun(
        answer
            .timeout(budget.toMillis(), MILLISECONDS)
            .map(this::fresh)
            .recover(cause -> Future.succeededFuture(failed(cause))));
  }

  /**
   * What the source said lately: the newest outcome if it is young, else that of the read under
   * way, else that of a new read. Empty when the source hangs. Is no pass, and counts as none.
   */
  public Future<Outcome<R>> glance(Duration maxAge, ReadRequest request) {
    var last = newest;
    if (last != null && nanos.getAsLong() - last.atNanos < maxAge.toNanos()) {
      return Future.succeededFuture(last.outcome);
    }
    var running = underWay;
    if (running != null || busy) {
      return running == null ? Future.succeededFuture(Outcome.failed(List.of())) : running;
    }
    var answer = ask(request);
    glance = answer;
    return begun(
        answer
            .timeout(budget.toMillis(), MILLISECONDS)
            .map(Outcome::of)
            .otherwise(
                cause -> {
                  glance = null; // the next pass does not wait for it, and tells of it
                  return Outcome.failed(List.of());
                }));
  }

  public String name() {
    return source.name();
  }

  /** Closes the source on its own thread; a read that hangs is left behind. */
  public Future<Void> close() {
    return thread.close(source.name(), source::close, budget);
  }

  private Future<R> ask(ReadRequest request) {
    busy = true;
    var askedNanos = nanos.getAsLong();
    return thread
        .call(() -> source.read(request))
        .andThen(done -> ended(askedNanos)); // first: who has the answer may ask again
  }

  private void ended(long askedNanos) {
    busy = false;
    glance = null;
    meter.answered(nanos.getAsLong() - askedNanos);
  }

  private Future<Outcome<R>> begun(Future<Outcome<R>> read) {
    var seen = read.map(this::seen);
    underWay = seen;
    return seen.onComplete(done -> underWay = underWay == seen ? null : underWay);
  }

  private Outcome<R> seen(Outcome<R> outcome) {
    newest = new Seen<>(outcome, nanos.getAsLong());
    return outcome;
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
      glance = null;
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

  private record Seen<R>(Outcome<R> outcome, long atNanos) {}
}
