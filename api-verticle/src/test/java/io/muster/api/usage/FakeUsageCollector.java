package io.muster.api.usage;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.InspectionService;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A collector that takes a sample for each request and counts them. Safe for use by any thread. */
final class FakeUsageCollector implements InspectionService {
  private final InstantSource clock;
  private final AtomicInteger samplingCount = new AtomicInteger();
  private final List<Promise<AgedSample<Vitals>>> pending = new ArrayList<>();
  private volatile VitalsFixture vitals = VitalsFixture.of();
  private volatile boolean silent;
  private volatile boolean slow;

  FakeUsageCollector(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Future<AgedSample<Vitals>> vitals(SampleRequest request) {
    samplingCount.incrementAndGet();
    if (slow) {
      Promise<AgedSample<Vitals>> answer = Promise.promise();
      pending.add(answer);
      return answer.future();
    }
    return silent
        ? Future.failedFuture(new FleetException(Code.TIMEOUT, "no reply"))
        : Future.succeededFuture(sample());
  }

  /** Sets the vitals of later samples, except for their time, which is that of the clock. */
  void setVitals(VitalsFixture newVitals) {
    vitals = newVitals;
  }

  /** Sets whether every request fails. */
  void setSilent(boolean fails) {
    silent = fails;
  }

  /** Sets whether requests wait for {@link #completePending}. */
  void setSlow(boolean waits) {
    slow = waits;
  }

  /** Completes the waiting requests. */
  void completePending() {
    var completed = List.copyOf(pending);
    pending.clear();
    completed.forEach(promise -> promise.complete(sample()));
  }

  int samplingCount() {
    return samplingCount.get();
  }

  private AgedSample<Vitals> sample() {
    return new AgedSample<>(0, vitals.at(clock.instant()).build());
  }

  @Override
  public Future<AgedSample<List<Disk>>> disks(SampleRequest request) {
    return unsupported();
  }

  @Override
  public Future<AgedSample<List<ProcessUsage>>> processes(SampleRequest request) {
    return unsupported();
  }

  @Override
  public Future<AgedSample<ProcessDetail>> process(ProcessQuery query) {
    return unsupported();
  }

  @Override
  public Future<AgedSample<Journal>> journal(ProcessQuery query) {
    return unsupported();
  }

  private static <T> Future<T> unsupported() {
    return Future.failedFuture(new AssertionError("the usage endpoint requests vitals only"));
  }
}
