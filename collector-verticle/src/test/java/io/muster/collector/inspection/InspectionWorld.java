package io.muster.collector.inspection;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.bus.FleetException;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/** A host that is looked at, on a context of its own, under a clock that stands. */
class InspectionWorld {
  static final SampleRequest NEW = new SampleRequest(0);
  static final Duration PATIENT = Duration.ofSeconds(15);
  static final Duration HASTY = Duration.ofMillis(80);

  final Vertx vertx = Vertx.vertx();
  final Context context = vertx.getOrCreateContext();
  final AtomicLong nanos = new AtomicLong(1);
  final InspectionTally tally = new InspectionTally();
  final FakeInspector inspector = new FakeInspector();
  final AtomicInteger opened = new AtomicInteger();
  final List<Duration> pauses = new CopyOnWriteArrayList<>();
  final CountDownLatch stuck = new CountDownLatch(1);
  volatile Supplier<Future<List<Gpu>>> gpus = () -> Future.succeededFuture(List.of());
  volatile ProcessJournal journal =
      pid -> new Journal(List.of(), false, Optional.of("journal of " + pid));

  @AfterEach
  void close() throws TimeoutException {
    stuck.countDown();
    vertx.close().await(20, SECONDS);
  }

  Inspections inspections(Duration patience) {
    return inspections(patience, true);
  }

  Inspections inspections(Duration patience, boolean details) {
    var host =
        new Inspectable(
            "gpu-01", "test-inspection", this::open, pid -> journal.read(pid), this::gpus, details);
    return new Inspections(
        vertx, host, new InspectionTerms(nanos::get, patience, this::pause, tally));
  }

  HostInspector open() {
    opened.incrementAndGet();
    return inspector;
  }

  Future<List<Gpu>> gpus() {
    return gpus.get();
  }

  Future<?> pause(Duration pause) {
    pauses.add(pause);
    turn(pause);
    return Future.succeededFuture();
  }

  void turn(Duration by) {
    nanos.addAndGet(by.toNanos());
  }

  WithAge<Vitals> vitals(Inspections inspections, SampleRequest request) throws TimeoutException {
    return await(() -> inspections.vitals(request));
  }

  static ProcessQuery query(long pid) {
    return new ProcessQuery(pid, 0);
  }

  <T> T await(Supplier<Future<T>> call) throws TimeoutException {
    var promise = Promise.<T>promise();
    context.runOnContext(v -> call.get().onComplete(promise));
    return promise.future().await(20, SECONDS);
  }

  void onContext(Runnable call) throws TimeoutException {
    await(
        () -> {
          call.run();
          return Future.succeededFuture(true);
        });
  }

  FleetException failure(Supplier<? extends Future<?>> call) {
    return (FleetException) catchThrowable(() -> await(() -> call.get().map(true)));
  }

  /** The thread may need some time to come back. */
  List<Disk> untilItAnswers(Inspections inspections) throws TimeoutException {
    for (int round = 0; round < 100_000; round++) {
      turn(Duration.ofMillis(250));
      var disks =
          await(
              () ->
                  inspections
                      .disks(NEW)
                      .map(WithAge::value)
                      .map(Optional::of)
                      .otherwise(Optional.empty()));
      if (disks.isPresent()) {
        return disks.get();
      }
    }
    throw new TimeoutException("the host did not recover");
  }
}
