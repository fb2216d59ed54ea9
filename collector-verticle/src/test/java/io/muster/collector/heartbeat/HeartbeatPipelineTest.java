package io.muster.collector.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.bus.Address;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HeartbeatService;
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

    var endStatus = testbed.awaitStatus(pipeline, status -> status.acknowledged() == 2);

    assertThat(testbed.heartbeats.stored.get(A)).hasSize(2).contains(testbed.now().toEpochMilli());
    assertThat(endStatus.accepted()).isEqualTo(2);
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

    assertThat(testbed.awaitStatus(pipeline, HeartbeatPipelineTest::isDrained))
        .returns(30L, HeartbeatStatus::accepted)
        .returns(0L, HeartbeatStatus::lost)
        .returns(true, HeartbeatStatus::isDelivering);
    assertThat(testbed.heartbeats.stored.get(A)).hasSize(30);
  }

  @Test
  void record_receiptLostOnTheBus_sendsAgainAndStoresOnce() throws Exception {
    var faults = new ArrayDeque<>(List.of(Fault.NO_REPLY, Fault.RECEIPT_LOST));
    testbed.heartbeats.injectFault(() -> Optional.ofNullable(faults.poll()).orElse(Fault.NONE));
    testbed.await(
        () ->
            BusService.register(
                vertx, Address.HEARTBEATS, HeartbeatService.class, testbed.heartbeats));
    testbed.setService(
        BusService.proxy(
            vertx, Address.HEARTBEATS, HeartbeatService.class, Duration.ofMillis(200)));
    var pipeline = testbed.open(A);
    testbed.record(pipeline, A);

    var endStatus = testbed.awaitStatus(pipeline, status -> status.acknowledged() == 1);

    assertThat(endStatus)
        .returns(3L, HeartbeatStatus::sent)
        .returns(0L, HeartbeatStatus::accepted)
        .returns(1L, HeartbeatStatus::duplicate)
        .returns(0L, HeartbeatStatus::pending);
    assertThat(testbed.heartbeats.stored.get(A)).hasSize(1);
  }

  @Test
  void record_noAggregator_waits() throws Exception {
    testbed.setService(
        BusService.proxy(
            vertx, Address.HEARTBEATS, HeartbeatService.class, Duration.ofMillis(200)));
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

    var endStatus = testbed.awaitStatus(pipeline, HeartbeatPipelineTest::isDrained);

    assertThat(endStatus)
        .returns(4L, HeartbeatStatus::rejected)
        .returns(76L, HeartbeatStatus::acknowledged)
        .returns(0L, HeartbeatStatus::lost);
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

    testbed.awaitStatus(pipeline, status -> status.acknowledged() == 1);

    assertThat(testbed.announcements.announced).hasSize(2);
    assertThat(testbed.heartbeats.stored.get(A)).hasSize(1);
  }

  @Test
  void send_onlyClientStaysUnknown_waits() throws Exception {
    testbed.heartbeats.unknownClients.add(A);
    var pipeline = testbed.open(A);
    testbed.record(pipeline, A);
    testbed.awaitStatus(pipeline, status -> status.sent() >= 5);
    assertThat(pipeline.status()).returns(1L, HeartbeatStatus::pending);

    testbed.heartbeats.unknownClients.clear();

    testbed.awaitStatus(pipeline, status -> status.acknowledged() == 1);
  }

  @Test
  void send_oneOfManyStaysUnknown_doesNotBlockTheOthers() throws Exception {
    testbed.heartbeats.unknownClients.add(B);
    var pipeline = testbed.open(A, B, C);
    for (var number = 0; number < 5; number++) {
      testbed.record(pipeline, A, B, C);
    }
    assertThat(testbed.awaitStatus(pipeline, HeartbeatPipelineTest::isDrained))
        .returns(10L, HeartbeatStatus::acknowledged)
        .returns(5L, HeartbeatStatus::rejected);
  }

  @Test
  void send_oneClientFails_doesNotRepeatTheOthers() throws Exception {
    var pipeline = testbed.open(A, B);
    var faults = new ArrayDeque<>(List.of(Fault.NONE, Fault.INTERNAL_ERROR, Fault.RECEIPT_LOST));
    testbed.heartbeats.injectFault(Fault.DOWN);
    testbed.record(pipeline, A, B);
    testbed.awaitStatus(pipeline, status -> !status.isDelivering() && status.pending() == 2);
    testbed.heartbeats.injectFault(() -> Optional.ofNullable(faults.poll()).orElse(Fault.NONE));

    assertThat(testbed.awaitStatus(pipeline, HeartbeatPipelineTest::isDrained))
        .returns(1L, HeartbeatStatus::accepted)
        .returns(1L, HeartbeatStatus::duplicate);
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

    assertThat(testbed.awaitStatus(next, HeartbeatPipelineTest::isDrained))
        .returns(2L, HeartbeatStatus::recovered)
        .returns(2L, HeartbeatStatus::acknowledged);
  }

  @Test
  void open_registryDownAtFirst_announcesUntilItSucceeds() throws Exception {
    testbed.announcements.failures.addAll(
        List.of(Code.UNAVAILABLE, Code.TIMEOUT, Code.UNAVAILABLE));
    var pipeline = testbed.open(A);
    testbed.record(pipeline, A);
    testbed.awaitStatus(pipeline, status -> testbed.announcements.announced.size() == 1);
    assertThat(pipeline.status().recorded()).isEqualTo(1);
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
        .returns(20L, HeartbeatStatus::pending)
        .returns(0L, HeartbeatStatus::lost);

    testbed.disk.setFreeBytes(1 << 20);

    assertThat(testbed.awaitStatus(pipeline, HeartbeatPipelineTest::isDrained))
        .returns(true, HeartbeatStatus::isWritable)
        .returns(20L, HeartbeatStatus::acknowledged);
  }

  @Test
  void record_diskFullForLong_losesTheOldestAndCountsThem() throws Exception {
    var pipeline = testbed.open(A);
    testbed.disk.setFreeBytes(100);
    for (var number = 0; number < SpoolWriter.MAX_QUEUED + 50; number++) {
      testbed.record(pipeline, A);
    }
    testbed.awaitStatus(pipeline, status -> status.lost() > 0 && !status.isWritable());
    testbed.disk.setFreeBytes(16 << 20);

    var endStatus = testbed.awaitStatus(pipeline, HeartbeatPipelineTest::isDrained);

    assertThat(endStatus.acknowledged() + endStatus.lost()).isEqualTo(endStatus.recorded());
    assertThat(testbed.heartbeats.stored.get(A))
        .hasSize((int) endStatus.acknowledged())
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

    testbed.awaitStatus(pipeline, HeartbeatPipelineTest::isDrained);

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
    testbed.awaitStatus(pipeline, HeartbeatPipelineTest::isDrained);
    testbed.await(pipeline::close);
    assertThat(testbed.heartbeats.stored).isEqualTo(Map.copyOf(recorded));
  }

  /** Returns true if nothing is pending and every heartbeat is accounted for. */
  private static boolean isDrained(HeartbeatStatus status) {
    return status.pending() == 0
        && status.recovered() + status.recorded()
            == status.acknowledged() + status.rejected() + status.lost();
  }

  private HeartbeatPipeline reopen(HeartbeatPipeline pipeline) throws Exception {
    testbed.await(pipeline::close);
    return testbed.open(A, B, C);
  }
}
