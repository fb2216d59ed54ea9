package io.muster.collector.inspection;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.metrics.MeterFactory;
import io.muster.collector.inspection.InspectionMetrics.InspectionType;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.ProcessQuery;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.Vitals;
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

/** A host to inspect, with a separate context and a clock that the test advances. */
class InspectionTestbed {
  static final SampleRequest UNCACHED = new SampleRequest(0);
  static final Duration LONG_TIMEOUT = Duration.ofSeconds(15);
  static final Duration SHORT_TIMEOUT = Duration.ofMillis(80);

  final Vertx vertx = Vertx.vertx();
  final Context context = vertx.getOrCreateContext();
  final AtomicLong nowNanos = new AtomicLong(1);
  final InspectionMetrics metrics =
      InspectionMetrics.of(new MeterFactory(new SimpleMeterRegistry(), ""));
  final FakeHostInspector inspector = new FakeHostInspector();
  final AtomicInteger openCount = new AtomicInteger();
  final List<Duration> delays = new CopyOnWriteArrayList<>();
  final CountDownLatch journalLatch = new CountDownLatch(1);
  volatile Supplier<Future<List<Gpu>>> gpus = () -> Future.succeededFuture(List.of());
  volatile ProcessJournal journal =
      pid -> new Journal(List.of(), false, Optional.of("journal of " + pid));

  @AfterEach
  void close() throws TimeoutException {
    journalLatch.countDown();
    vertx.close().await(20, SECONDS);
  }

  HostInspectionService newService(Duration timeout) {
    return newService(timeout, true);
  }

  HostInspectionService newService(Duration timeout, boolean processDetails) {
    var target =
        new InspectionTarget(
            "gpu-01",
            "test-inspection",
            this::openInspector,
            pid -> journal.read(pid),
            this::gpus,
            processDetails);
    return new HostInspectionService(
        vertx, target, new InspectionOptions(nowNanos::get, timeout, this::delay, metrics));
  }

  HostInspector openInspector() {
    openCount.incrementAndGet();
    return inspector;
  }

  Future<List<Gpu>> gpus() {
    return gpus.get();
  }

  Future<?> delay(Duration duration) {
    delays.add(duration);
    advance(duration);
    return Future.succeededFuture();
  }

  void advance(Duration duration) {
    nowNanos.addAndGet(duration.toNanos());
  }

  AgedSample<Vitals> vitals(HostInspectionService service, SampleRequest request)
      throws TimeoutException {
    return await(() -> service.vitals(request));
  }

  long samplings(InspectionType type) {
    return (long) metrics.samplings().apply(type).count();
  }

  long responses(InspectionType type) {
    return (long) metrics.responses().apply(type).count();
  }

  static ProcessQuery query(long pid) {
    return new ProcessQuery(pid, 0);
  }

  <T> T await(Supplier<Future<T>> call) throws TimeoutException {
    var promise = Promise.<T>promise();
    context.runOnContext(v -> call.get().onComplete(promise));
    return promise.future().await(20, SECONDS);
  }

  void runOnContext(Runnable call) throws TimeoutException {
    await(
        () -> {
          call.run();
          return Future.succeededFuture(true);
        });
  }

  FleetException failure(Supplier<? extends Future<?>> call) {
    return (FleetException) catchThrowable(() -> await(() -> call.get().map(true)));
  }

  /** Repeats the request until the stalled thread has recovered. */
  List<Disk> awaitDisks(HostInspectionService service) throws TimeoutException {
    for (int attempt = 0; attempt < 100_000; attempt++) {
      advance(Duration.ofMillis(250));
      var disks =
          await(
              () ->
                  service
                      .disks(UNCACHED)
                      .map(AgedSample::value)
                      .map(Optional::of)
                      .otherwise(Optional.empty()));
      if (disks.isPresent()) {
        return disks.get();
      }
    }
    throw new TimeoutException("the host did not recover");
  }
}
