package io.muster.collector.inspection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.collector.inspection.InspectionCounters.InspectionType;
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
public final class HostInspectionService implements InspectionService {
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final InspectionTarget target;
  private final InspectionOptions options;
  private @Nullable InspectionSession session;
  private long lastRequestNanos;
  private long timerId;

  /** Opens nothing yet. */
  public HostInspectionService(Vertx vertx, InspectionTarget target, InspectionOptions options) {
    this.vertx = vertx;
    this.target = target;
    this.options = options;
  }

  @Override
  public Future<WithAge<Vitals>> vitals(SampleRequest request) {
    return inspect(InspectionType.VITALS, active -> active.vitals(request.maxAgeMillis()));
  }

  @Override
  public Future<WithAge<List<Disk>>> disks(SampleRequest request) {
    return inspect(InspectionType.DISKS, active -> active.disks(request.maxAgeMillis()));
  }

  @Override
  public Future<WithAge<List<ProcessUsage>>> processes(SampleRequest request) {
    return inspect(InspectionType.PROCESSES, active -> active.processes(request.maxAgeMillis()));
  }

  @Override
  public Future<WithAge<ProcessDetail>> process(ProcessQuery query) {
    return target.processDetails()
        ? inspect(InspectionType.PROCESS, active -> active.process(query))
        : processDetailsDisabled();
  }

  @Override
  public Future<WithAge<Journal>> journal(ProcessQuery query) {
    return target.processDetails()
        ? inspect(InspectionType.JOURNAL, active -> active.journal(query))
        : processDetailsDisabled();
  }

  /** Closes what is open. */
  public Future<Void> close() {
    var current = session;
    session = null;
    vertx.cancelTimer(timerId);
    return current == null ? Future.succeededFuture() : current.close();
  }

  /** Forgets what nobody asks for any more. A look that hangs keeps its thread: no second one. */
  void releaseIdle() {
    var current = session;
    if (current == null) {
      return;
    }
    current.evictIdle();
    if (options.nanoTime().getAsLong() - lastRequestNanos >= IDLE_TIMEOUT.toNanos()
        && !current.isStalled()) {
      close(); // nobody waits for it: trouble is logged
    } else {
      scheduleRelease();
    }
  }

  boolean isOpen() {
    return session != null;
  }

  private <T> Future<WithAge<T>> inspect(
      InspectionType type, Function<InspectionSession, Future<WithAge<T>>> inspection) {
    var result = inspection.apply(openSession());
    var timedResult =
        result.isComplete()
            ? result
            : result
                .timeout(options.timeout().toMillis(), MILLISECONDS)
                .recover(cause -> Future.failedFuture(mapTimeout(cause)));
    return timedResult.onSuccess(ignored -> options.counters().countAnswer(type));
  }

  private InspectionSession openSession() {
    lastRequestNanos = options.nanoTime().getAsLong();
    var current = session;
    if (current == null) {
      current = new InspectionSession(vertx, target, options);
      session = current;
      scheduleRelease();
    }
    return current;
  }

  private void scheduleRelease() {
    timerId = vertx.setTimer(IDLE_TIMEOUT.toMillis() / 2, ignored -> releaseIdle());
  }

  private Throwable mapTimeout(Throwable cause) {
    var timeoutMillis = options.timeout().toMillis();
    return cause instanceof TimeoutException
        ? new FleetException(
            Code.TIMEOUT,
            "host " + target.hostId() + " did not answer within " + timeoutMillis + " ms",
            cause)
        : cause;
  }

  private <T> Future<T> processDetailsDisabled() {
    return Future.failedFuture(
        new FleetException(
            Code.INVALID_ARGUMENT,
            "host "
                + target.hostId()
                + " shows no single processes: collector.process_details is off"));
  }
}
