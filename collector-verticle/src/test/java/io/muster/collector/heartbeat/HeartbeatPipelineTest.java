package io.muster.collector.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.Address;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.transport.BusService;
import io.muster.collector.heartbeat.FakeHeartbeatService.Fault;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatPipelineTest {
  private static final String A = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String B = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
  private static final String C = "cccccccccccccccccccccccccccccccc";

  private static final List<Fault> ANY_FAULT =
      List.of(Fault.NONE, Fault.DOWN, Fault.INTERNAL_ERROR, Fault.RECEIPT_LOST);

  private final Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final BusService services =
      new BusService(vertx, new SimpleMeterRegistry(), System::nanoTime);
  private final PipelineTestbed testbed;

  HeartbeatPipelineTest(@TempDir Path directory) {
    this.directory = directory;
    this.testbed = new PipelineTestbed(vertx, directory);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void record_everythingUp_isStoredAndAcknowledged() throws Exception {
    var pipeline = testbed.open(A);
    testbed.record(pipeline, A);
    testbed.record(pipeline, A);

    var endStatus =
        testbed.awaitStatus(pipeline, status -> count(testbed.metrics.acknowledged) == 2);

    assertThat(testbed.heartbeats.stored.get(A)).hasSize(2).contains(testbed.now().toEpochMilli());
    assertThat(count(testbed.metrics.duplicate)).isZero();
    assertThat(endStatus.pending()).isZero();
    assertThat(endStatus.oldestAgeSeconds()).isEmpty();
    assertThat(testbed.heartbeats.batches.get(0).sentAtMillis().orElse(0)).isPositive();
  }

  @Test
  void record_aggregatorDown_keepsEverythingAndDeliversLater() throws Exception {
    testbed.heartbeats.injectFault(Fault.DOWN);
    var pipeline = testbed.open(A);
    for (var number = 0; number < 30; number++) {
      testbed.record(pipeline, A);
      testbed.advanceSecond(pipeline);
    }
    var down = testbed.awaitStatus(pipeline, status -> status.pending() == 30);
    assertThat(down.isDelivering()).isFalse();
    assertThat(down.oldestAgeSeconds()).hasValue(290);
    assertThat(testbed.heartbeats.batches).as("backs off").hasSizeLessThan(12);

    testbed.heartbeats.injectFault(Fault.NONE);

    assertThat(testbed.awaitStatus(pipeline, this::isDrained))
        .returns(true, HeartbeatStatus::isDelivering);
    assertThat(count(testbed.metrics.acknowledged)).isEqualTo(30);
    assertThat(count(testbed.metrics.lost)).isZero();
    assertThat(testbed.heartbeats.stored.get(A)).hasSize(30);
  }

  @Test
  void record_receiptLostOnTheBus_sendsAgainAndStoresOnce() throws Exception {
    var faults = new ArrayDeque<>(List.of(Fault.NO_REPLY, Fault.RECEIPT_LOST));
    testbed.heartbeats.injectFault(() -> Optional.ofNullable(faults.poll()).orElse(Fault.NONE));
    testbed.await(
        () -> services.register(Address.HEARTBEATS, HeartbeatService.class, testbed.heartbeats));
    testbed.setService(
        services.proxy(Address.HEARTBEATS, HeartbeatService.class, Duration.ofMillis(200)));
    var pipeline = testbed.open(A);
    testbed.record(pipeline, A);

    var endStatus =
        testbed.awaitStatus(pipeline, status -> count(testbed.metrics.acknowledged) == 1);

    assertThat(endStatus.pending()).isZero();
    assertThat(count(testbed.metrics.sent)).isEqualTo(3);
    assertThat(count(testbed.metrics.duplicate)).isEqualTo(1);
    assertThat(testbed.heartbeats.stored.get(A)).hasSize(1);
  }

  @Test
  void record_noAggregator_waits() throws Exception {
    testbed.setService(
        services.proxy(Address.HEARTBEATS, HeartbeatService.class, Duration.ofMillis(200)));
    var pipeline = testbed.open(A);
    testbed.record(pipeline, A);

    assertThat(testbed.awaitStatus(pipeline, status -> !status.isDelivering()).pending())
        .isEqualTo(1);
  }

  @Test
  void send_malformedHeartbeat_isRejectedAloneAndCounted() throws Exception {
    testbed.heartbeats.injectFault(Fault.DOWN);
    var pipeline = testbed.open(A, B);
    for (var number = 0; number < 40; number++) {
      testbed.record(pipeline, A, B);
      if (number == 17 || number == 31) {
        testbed.heartbeats.malformedMillis.add(testbed.now().toEpochMilli());
      }
    }
    testbed.heartbeats.injectFault(Fault.NONE);

    testbed.awaitStatus(pipeline, this::isDrained);

    assertThat(count(testbed.metrics.rejected)).isEqualTo(4);
    assertThat(count(testbed.metrics.acknowledged)).isEqualTo(76);
    assertThat(count(testbed.metrics.lost)).isZero();
    assertThat(testbed.heartbeats.stored.get(A))
        .hasSize(38)
        .isEqualTo(testbed.heartbeats.stored.get(B));
  }

  @Test
  void send_clientUnknown_announcesItAgain() throws Exception {
    testbed.heartbeats.unknownClients.add(A);
    var pipeline = testbed.open(A);
    testbed.awaitStatus(pipeline, status -> testbed.announcements.announced.size() == 1);
    testbed.announcements.onAnnounce(() -> testbed.heartbeats.unknownClients.remove(A));
    testbed.record(pipeline, A);

    testbed.awaitStatus(pipeline, status -> count(testbed.metrics.acknowledged) == 1);

    assertThat(testbed.announcements.announced).hasSize(2);
    assertThat(testbed.heartbeats.stored.get(A)).hasSize(1);
  }

  @Test
  void send_onlyClientStaysUnknown_waits() throws Exception {
    testbed.heartbeats.unknownClients.add(A);
    var pipeline = testbed.open(A);
    testbed.record(pipeline, A);
    testbed.awaitStatus(pipeline, status -> count(testbed.metrics.sent) >= 5);
    assertThat(pipeline.status()).returns(1L, HeartbeatStatus::pending);

    testbed.heartbeats.unknownClients.clear();

    testbed.awaitStatus(pipeline, status -> count(testbed.metrics.acknowledged) == 1);
  }

  @Test
  void send_oneOfManyStaysUnknown_doesNotBlockTheOthers() throws Exception {
    testbed.heartbeats.unknownClients.add(B);
    var pipeline = testbed.open(A, B, C);
    for (var number = 0; number < 5; number++) {
      testbed.record(pipeline, A, B, C);
    }
    testbed.awaitStatus(pipeline, this::isDrained);
    assertThat(count(testbed.metrics.acknowledged)).isEqualTo(10);
    assertThat(count(testbed.metrics.rejected)).isEqualTo(5);
  }

  @Test
  void send_oneClientFails_doesNotRepeatTheOthers() throws Exception {
    var pipeline = testbed.open(A, B);
    var faults = new ArrayDeque<>(List.of(Fault.NONE, Fault.INTERNAL_ERROR, Fault.RECEIPT_LOST));
    testbed.heartbeats.injectFault(Fault.DOWN);
    testbed.record(pipeline, A, B);
    testbed.awaitStatus(pipeline, status -> !status.isDelivering() && status.pending() == 2);
    testbed.heartbeats.injectFault(() -> Optional.ofNullable(faults.poll()).orElse(Fault.NONE));

    testbed.awaitStatus(pipeline, this::isDrained);
    assertThat(count(testbed.metrics.acknowledged)).isEqualTo(2);
    assertThat(count(testbed.metrics.duplicate)).isEqualTo(1);
  }

  @Test
  void open_afterCrash_deliversThePendingHeartbeats() throws Exception {
    testbed.heartbeats.injectFault(Fault.DOWN);
    var pipeline = testbed.open(A);
    testbed.record(pipeline, A);
    testbed.record(pipeline, A);
    testbed.await(pipeline::close);
    testbed.heartbeats.injectFault(Fault.NONE);

    var next = testbed.open(A);

    testbed.awaitStatus(next, this::isDrained);
    assertThat(count(testbed.metrics.recovered)).isEqualTo(2);
    assertThat(count(testbed.metrics.acknowledged)).isEqualTo(2);
  }

  @Test
  void open_registryDownAtFirst_announcesUntilItSucceeds() throws Exception {
    testbed.announcements.failures.addAll(
        List.of(Code.UNAVAILABLE, Code.TIMEOUT, Code.UNAVAILABLE));
    var pipeline = testbed.open(A);
    testbed.record(pipeline, A);
    testbed.awaitStatus(pipeline, status -> testbed.announcements.announced.size() == 1);
    assertThat(count(testbed.metrics.recorded)).isEqualTo(1);
  }

  @Test
  void open_clientOfAnotherUser_stopsAnnouncing() throws Exception {
    testbed.announcements.failures.add(Code.INVALID_ARGUMENT);
    var pipeline = testbed.open(A);
    for (var second = 0; second < 100; second++) {
      testbed.advanceSecond(pipeline);
    }
    assertThat(testbed.announcements.announced).isEmpty();
  }

  @Test
  void record_diskFull_queuesInMemoryAndRecovers() throws Exception {
    var pipeline = testbed.open(A);
    testbed.disk.setFreeBytes(100);
    for (var number = 0; number < 20; number++) {
      testbed.record(pipeline, A);
      testbed.advanceSecond(pipeline);
    }
    assertThat(pipeline.status())
        .returns(false, HeartbeatStatus::isWritable)
        .returns(20L, HeartbeatStatus::pending);
    assertThat(count(testbed.metrics.lost)).isZero();

    testbed.disk.setFreeBytes(1 << 20);

    assertThat(testbed.awaitStatus(pipeline, this::isDrained))
        .returns(true, HeartbeatStatus::isWritable);
    assertThat(count(testbed.metrics.acknowledged)).isEqualTo(20);
  }

  @Test
  void record_diskFullForLong_losesTheOldestAndCountsThem() throws Exception {
    var pipeline = testbed.open(A);
    testbed.disk.setFreeBytes(100);
    for (var number = 0; number < SpoolWriter.MAX_QUEUED + 50; number++) {
      testbed.record(pipeline, A);
    }
    testbed.awaitStatus(
        pipeline, status -> count(testbed.metrics.lost) > 0 && !status.isWritable());
    testbed.disk.setFreeBytes(16 << 20);

    testbed.awaitStatus(pipeline, this::isDrained);

    long acknowledged = count(testbed.metrics.acknowledged);
    assertThat(acknowledged + count(testbed.metrics.lost))
        .isEqualTo(count(testbed.metrics.recorded));
    assertThat(testbed.heartbeats.stored.get(A))
        .hasSize((int) acknowledged)
        .contains(testbed.now().toEpochMilli());
  }

  @Test
  void sendPending_longBacklog_drainsInBoundedBatchesAtOnce() throws Exception {
    testbed.heartbeats.injectFault(Fault.DOWN);
    var pipeline = testbed.open(A);
    for (var number = 0; number < 3000; number++) {
      testbed.record(pipeline, A);
      if (number % 500 == 0) {
        testbed.await(pipeline::flush);
      }
    }
    testbed.await(pipeline::flush);
    testbed.awaitStatus(pipeline, status -> !status.isDelivering() && status.pending() == 3000);
    var before = testbed.heartbeats.batches.size();
    testbed.heartbeats.injectFault(Fault.NONE);

    testbed.awaitStatus(pipeline, this::isDrained);

    var sentBatches = testbed.heartbeats.batches.subList(before, testbed.heartbeats.batches.size());
    assertThat(sentBatches).hasSizeBetween(6, 12);
    assertThat(sentBatches)
        .allSatisfy(
            batch ->
                assertThat(batch.heartbeats())
                    .hasSizeLessThanOrEqualTo(HeartbeatSender.MAX_BATCH_HEARTBEATS));
  }

  @Test
  void open_directoryUnusable_failsWithItsName() throws Exception {
    var file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> new PipelineTestbed(vertx, file).open(A))
        .hasMessageContaining("spool directory " + file + " is not writable");
  }

  @Test
  void record_anyFaultsInAnyOrder_storesExactlyOnce() throws Exception {
    for (var seed = 1; seed <= 5; seed++) {
      storeExactlyOnce(new Random(seed));
    }
  }

  private void storeExactlyOnce(Random random) throws Exception {
    var recorded = new HashMap<String, Set<Long>>();
    testbed.heartbeats.stored.clear();
    testbed.heartbeats.injectFault(() -> ANY_FAULT.get(random.nextInt(ANY_FAULT.size())));
    var pipeline = testbed.open(A, B, C);
    for (var round = 0; round < 120; round++) {
      testbed.record(pipeline, A, B, C);
      for (var client : List.of(A, B, C)) {
        recorded.computeIfAbsent(client, id -> new TreeSet<>()).add(testbed.now().toEpochMilli());
      }
      testbed.advanceSecond(pipeline);
      pipeline = random.nextInt(15) == 0 ? reopen(pipeline) : pipeline;
    }
    testbed.heartbeats.injectFault(Fault.NONE);
    testbed.awaitStatus(pipeline, this::isDrained);
    testbed.await(pipeline::close);
    assertThat(testbed.heartbeats.stored).isEqualTo(Map.copyOf(recorded));
  }

  /** Returns true if nothing is pending and every heartbeat is accounted for. */
  private boolean isDrained(HeartbeatStatus status) {
    var metrics = testbed.metrics;
    return status.pending() == 0
        && count(metrics.recovered) + count(metrics.recorded)
            == count(metrics.acknowledged) + count(metrics.rejected) + count(metrics.lost);
  }

  private static long count(Counter counter) {
    return (long) counter.count();
  }

  private HeartbeatPipeline reopen(HeartbeatPipeline pipeline) throws Exception {
    testbed.await(pipeline::close);
    return testbed.open(A, B, C);
  }
}
