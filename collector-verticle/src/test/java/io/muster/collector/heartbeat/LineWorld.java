package io.muster.collector.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.service.HeartbeatService;
import io.muster.collector.heartbeat.spool.SmallDisk;
import io.muster.schema.client.ClientRegistration;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A line on a context of its own, with clocks that the test turns. */
final class LineWorld {
  final Vertx vertx;
  final FakeRegistry registry = new FakeRegistry();
  final FakeHistory history = new FakeHistory();
  final SmallDisk disk = new SmallDisk(Long.MAX_VALUE);
  private final Context context;
  private final HeartbeatConfig config;
  private final AtomicLong nanos = new AtomicLong();
  private HeartbeatService service = history;
  private long sequence;
  private Instant now = Frames.NOON;

  LineWorld(Vertx vertx, Path directory) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.config =
        new HeartbeatConfig(directory, Duration.ofSeconds(10), 16 << 20, Duration.ofSeconds(5));
  }

  void through(HeartbeatService other) {
    service = other;
  }

  HeartbeatLine open(String... clients) throws Exception {
    var registrations = List.of(clients).stream().map(LineWorld::registration).toList();
    var ports = new HeartbeatLine.Ports(service, registry, () -> now, nanos::get, () -> 0, disk);
    return get(() -> HeartbeatLine.open(vertx, config, registrations, ports));
  }

  static ClientRegistration registration(String client) {
    return new ClientRegistration("alice", client, "online", Optional.of("Linux"), "node7");
  }

  /** Offers a frame of each client, ten seconds after the ones before. */
  void record(HeartbeatLine line, String... clients) throws Exception {
    now = now.plusSeconds(10);
    sequence++;
    run(
        () -> {
          for (var client : clients) {
            line.record(Frames.head(client, sequence, now), Frames.readings(42), Optional.empty());
          }
        });
  }

  Instant now() {
    return now;
  }

  /** Turns the clock second by second until the counters are as wished. */
  HeartbeatCounters until(HeartbeatLine line, Predicate<HeartbeatCounters> wish) throws Exception {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!wish.test(line.counters())) {
      assertThat(System.nanoTime()).as("%s", line.counters()).isLessThan(deadline);
      tick(line);
    }
    return line.counters();
  }

  void tick(HeartbeatLine line) throws Exception {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    run(line::tick);
    // Behind everything that the tick put on the lane.
    get(() -> vertx.createSharedWorkerExecutor("muster-spool", 1).executeBlocking(() -> 0));
  }

  <T> T get(Supplier<Future<T>> call) throws Exception {
    var promise = Promise.<T>promise();
    context.runOnContext(start -> call.get().onComplete(promise));
    return promise.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void run(Runnable action) throws Exception {
    get(
        () -> {
          action.run();
          return Future.succeededFuture(0);
        });
  }
}
