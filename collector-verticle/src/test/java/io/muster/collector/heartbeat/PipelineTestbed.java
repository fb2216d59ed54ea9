package io.muster.collector.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.HeartbeatService;
import io.muster.collector.heartbeat.spool.LimitedSpoolDisk;
import io.muster.runtime.node.Clocks;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.frame.EncodedFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A pipeline on a separate context, with manual clocks; the metrics are those of the last one. */
final class PipelineTestbed {
  final Vertx vertx;
  final FakeAnnouncementService announcements = new FakeAnnouncementService();
  final FakeHeartbeatService heartbeats = new FakeHeartbeatService();
  final LimitedSpoolDisk disk = new LimitedSpoolDisk(Long.MAX_VALUE);
  HeartbeatMetrics metrics = new HeartbeatMetrics(newMeters());
  private final Context context;
  private final HeartbeatConfig config;
  private final AtomicLong nanos = new AtomicLong();
  private HeartbeatService heartbeatService = heartbeats;
  private long sequence;
  private Instant now = HeartbeatFrameFixtures.NOON;

  PipelineTestbed(Vertx vertx, Path directory) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config =
        new HeartbeatConfig(directory, Duration.ofSeconds(10), 16 << 20, Duration.ofSeconds(5));
  }

  void setService(HeartbeatService newService) {
    heartbeatService = newService;
  }

  HeartbeatPipeline open(String... clients) throws Exception {
    var registrations = List.of(clients).stream().map(PipelineTestbed::registration).toList();
    var meters = newMeters();
    metrics = new HeartbeatMetrics(meters);
    var dependencies =
        new HeartbeatPipeline.PipelineDependencies(
            heartbeatService,
            announcements,
            new Clocks(() -> now, nanos::get),
            () -> 0,
            disk,
            meters);
    return await(() -> HeartbeatPipeline.open(vertx, config, registrations, dependencies));
  }

  private static MeterFactory newMeters() {
    return new MeterFactory(new SimpleMeterRegistry(), "");
  }

  static ClientRegistration registration(String client) {
    return new ClientRegistration("alice", client, "online", Optional.of("Linux"), "node7");
  }

  /** Records a frame of each client, ten seconds after the previous ones. */
  void record(HeartbeatPipeline pipeline, String... clients) throws Exception {
    now = now.plusSeconds(10);
    sequence++;
    runOnContext(
        () -> {
          for (var client : clients) {
            var header = HeartbeatFrameFixtures.header(client, sequence, now);
            var readings = HeartbeatFrameFixtures.readings(42);
            pipeline.record(
                EncodedFrame.of(header, readings, Set.of(), List.of()), Optional.empty(), true);
          }
        });
  }

  Instant now() {
    return now;
  }

  /** Advances the clock second by second until the status meets the condition. */
  HeartbeatStatus awaitStatus(HeartbeatPipeline pipeline, Predicate<HeartbeatStatus> condition)
      throws Exception {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.test(pipeline.status())) {
      assertThat(System.nanoTime()).as("%s", pipeline.status()).isLessThan(deadline);
      advanceSecond(pipeline);
    }
    return pipeline.status();
  }

  void advanceSecond(HeartbeatPipeline pipeline) throws Exception {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    runOnContext(pipeline::retryPending);
    // Runs after all calls that the tick queued for the spool's thread.
    await(() -> vertx.createSharedWorkerExecutor("muster-spool", 1).executeBlocking(() -> 0));
  }

  <T> T await(Supplier<Future<T>> call) throws Exception {
    var promise = Promise.<T>promise();
    context.runOnContext(start -> call.get().onComplete(promise));
    return promise.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void runOnContext(Runnable action) throws Exception {
    await(
        () -> {
          action.run();
          return Future.succeededFuture(0);
        });
  }
}
