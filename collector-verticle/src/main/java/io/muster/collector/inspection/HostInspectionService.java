package io.muster.collector.inspection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.collector.inspection.InspectionMetrics.InspectionType;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The inspections of one host. The first request opens an inspection session, which is closed after
 * a minute without requests. Vitals are sampled at most every 100 ms, everything else at most every
 * 250 ms, whatever age a request accepts. Confined to the context that created it.
 */
public final class HostInspectionService implements InspectionService {
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final InspectionTarget target;
  private final InspectionOptions options;
  private @Nullable InspectionSession session;
  private long lastRequestNanos;
  private long timerId;

  /** Creates the service; opens nothing. */
  public HostInspectionService(Vertx vertx, InspectionTarget target, InspectionOptions options) {
    this.vertx = vertx;
    this.target = target;
    this.options = options;
  }

  @Override
  public Future<AgedSample<Vitals>> vitals(SampleRequest request) {
    return inspect(InspectionType.VITALS, active -> active.vitals(request.maxAgeMillis()));
  }

  @Override
  public Future<AgedSample<List<Disk>>> disks(SampleRequest request) {
    return inspect(InspectionType.DISKS, active -> active.disks(request.maxAgeMillis()));
  }

  @Override
  public Future<AgedSample<List<ProcessUsage>>> processes(SampleRequest request) {
    return inspect(InspectionType.PROCESSES, active -> active.processes(request.maxAgeMillis()));
  }

  @Override
  public Future<AgedSample<ProcessDetail>> process(ProcessQuery query) {
    return target.servesProcessDetails()
        ? inspect(InspectionType.PROCESS, active -> active.process(query))
        : rejectProcessDetails();
  }

  @Override
  public Future<AgedSample<Journal>> journal(ProcessQuery query) {
    return target.servesProcessDetails()
        ? inspect(InspectionType.JOURNAL, active -> active.journal(query))
        : rejectProcessDetails();
  }

  /** Closes the session, if one is open. */
  public Future<Void> close() {
    var current = session;
    session = null;
    vertx.cancelTimer(timerId);
    return current == null ? Future.succeededFuture() : current.close();
  }

  /**
   * Drops idle samples, and closes an idle session. A session with a stalled call stays open, so
   * that no second thread is started beside the stalled one.
   */
  void releaseIdle() {
    var current = session;
    if (current == null) {
      return;
    }
    current.evictIdle();
    if (options.nanoTime().getAsLong() - lastRequestNanos >= IDLE_TIMEOUT.toNanos()
        && !current.isStalled()) {
      close(); // result ignored: the threads log their failures
    } else {
      scheduleRelease();
    }
  }

  boolean isOpen() {
    return session != null;
  }

  private <T> Future<AgedSample<T>> inspect(
      InspectionType type, Function<InspectionSession, Future<AgedSample<T>>> inspection) {
    var result = inspection.apply(openSession());
    var timedResult =
        result.isComplete()
            ? result
            : result
                .timeout(options.timeout().toMillis(), MILLISECONDS)
                .recover(cause -> Future.failedFuture(mapTimeout(cause)));
    return timedResult.onSuccess(ignored -> options.metrics().countResponse(type));
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
            "host " + target.hostId() + " did not respond within " + timeoutMillis + " ms",
            cause)
        : cause;
  }

  private <T> Future<T> rejectProcessDetails() {
    return Future.failedFuture(
        new FleetException(
            Code.INVALID_ARGUMENT,
            "host "
                + target.hostId()
                + " does not serve process details: collector.process_details is off"));
  }
}
