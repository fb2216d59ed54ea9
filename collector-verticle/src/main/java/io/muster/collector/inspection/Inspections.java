package io.muster.collector.inspection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.collector.inspection.InspectionTally.Kind;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The looks at one host. Opens what they need at the first of them, and closes it when nobody has
 * looked for a minute. However young a sample is asked for, vitals are sampled every 100 ms at
 * most, the rest every 250 ms. Confined to the context that made it.
 */
public final class Inspections implements InspectionService {
  static final Duration IDLE = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final Inspectable host;
  private final InspectionTerms terms;
  private @Nullable Watch watch;
  private long askedNanos;
  private long timer;

  /** Opens nothing yet. */
  public Inspections(Vertx vertx, Inspectable host, InspectionTerms terms) {
    this.vertx = vertx;
    this.host = host;
    this.terms = terms;
  }

  @Override
  public Future<WithAge<Vitals>> vitals(SampleRequest request) {
    return answer(Kind.VITALS, open -> open.vitals(request.maxAgeMillis()));
  }

  @Override
  public Future<WithAge<List<Disk>>> disks(SampleRequest request) {
    return answer(Kind.DISKS, open -> open.disks(request.maxAgeMillis()));
  }

  @Override
  public Future<WithAge<List<ProcessUsage>>> processes(SampleRequest request) {
    return answer(Kind.PROCESSES, open -> open.processes(request.maxAgeMillis()));
  }

  @Override
  public Future<WithAge<ProcessDetail>> process(ProcessQuery query) {
    return host.details() ? answer(Kind.PROCESS, open -> open.process(query)) : refused();
  }

  @Override
  public Future<WithAge<Journal>> journal(ProcessQuery query) {
    return host.details() ? answer(Kind.JOURNAL, open -> open.journal(query)) : refused();
  }

  /** Closes what is open. */
  public Future<Void> close() {
    var open = watch;
    watch = null;
    vertx.cancelTimer(timer);
    return open == null ? Future.succeededFuture() : open.close();
  }

  /** Forgets what nobody asks for any more. A look that hangs keeps its thread: no second one. */
  void tidy() {
    var open = watch;
    if (open == null) {
      return;
    }
    open.tidy();
    if (terms.nanos().getAsLong() - askedNanos >= IDLE.toNanos() && !open.isHanging()) {
      close(); // nobody waits for it: trouble is logged
    } else {
      tidyLater();
    }
  }

  boolean isOpen() {
    return watch != null;
  }

  private <T> Future<WithAge<T>> answer(Kind kind, Function<Watch, Future<WithAge<T>>> question) {
    var answer = question.apply(open());
    var inTime =
        answer.isComplete()
            ? answer
            : answer
                .timeout(terms.patience().toMillis(), MILLISECONDS)
                .recover(cause -> Future.failedFuture(late(cause)));
    return inTime.onSuccess(given -> terms.tally().answer(kind));
  }

  private Watch open() {
    askedNanos = terms.nanos().getAsLong();
    var open = watch;
    if (open == null) {
      open = new Watch(vertx, host, terms);
      watch = open;
      tidyLater();
    }
    return open;
  }

  private void tidyLater() {
    timer = vertx.setTimer(IDLE.toMillis() / 2, fired -> tidy());
  }

  private Throwable late(Throwable cause) {
    var millis = terms.patience().toMillis();
    return cause instanceof TimeoutException
        ? new FleetException(
            Code.TIMEOUT,
            "host " + host.hostId() + " did not answer within " + millis + " ms",
            cause)
        : cause;
  }

  private <T> Future<T> refused() {
    return Future.failedFuture(
        new FleetException(
            Code.INVALID_ARGUMENT,
            "host "
                + host.hostId()
                + " shows no single processes: collector.process_details is off"));
  }
}
