package io.muster.collector.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.bus.Address;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HeartbeatService;
import io.muster.collector.heartbeat.FakeHistory.Fault;
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

class HeartbeatLineTest {
  private static final String A = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String B = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
  private static final String C = "cccccccccccccccccccccccccccccccc";

  private static final List<Fault> ANY =
      List.of(Fault.NONE, Fault.DOWN, Fault.DEFECT, Fault.RECEIPT_LOST);

  private final Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final LineWorld world;

  HeartbeatLineTest(@TempDir Path directory) {
    this.directory = directory;
    this.world = new LineWorld(vertx, directory);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void record_everythingUp_isStoredAndForgotten() throws Exception {
    var line = world.open(A);
    world.record(line, A);
    world.record(line, A);

    var counters = world.until(line, now -> now.acknowledged() == 2);

    assertThat(world.history.stored.get(A)).hasSize(2).contains(world.now().toEpochMilli());
    assertThat(counters.accepted()).isEqualTo(2);
    assertThat(counters.pending()).isZero();
    assertThat(counters.oldestAgeSeconds()).isEmpty();
    assertThat(world.history.batches.get(0).sentAtMillis().orElse(0)).isPositive();
  }

  @Test
  void record_aggregatorDown_keepsEverythingAndDeliversLater() throws Exception {
    world.history.fail(Fault.DOWN);
    var line = world.open(A);
    for (var beat = 0; beat < 30; beat++) {
      world.record(line, A);
      world.tick(line);
    }
    var down = world.until(line, now -> now.pending() == 30);
    assertThat(down.delivering()).isFalse();
    assertThat(down.oldestAgeSeconds()).hasValue(290);
    assertThat(world.history.batches).as("backs off").hasSizeLessThan(12);

    world.history.fail(Fault.NONE);

    assertThat(world.until(line, HeartbeatLineTest::isDrained))
        .returns(30L, HeartbeatCounters::accepted)
        .returns(0L, HeartbeatCounters::lost)
        .returns(true, HeartbeatCounters::delivering);
    assertThat(world.history.stored.get(A)).hasSize(30);
  }

  @Test
  void record_receiptLostOnTheBus_sendsAgainAndStoresOnce() throws Exception {
    var faults = new ArrayDeque<>(List.of(Fault.SILENT, Fault.RECEIPT_LOST));
    world.history.fail(() -> Optional.ofNullable(faults.poll()).orElse(Fault.NONE));
    world.get(
        () ->
            BusService.register(vertx, Address.HEARTBEATS, HeartbeatService.class, world.history));
    world.through(
        BusService.proxy(
            vertx, Address.HEARTBEATS, HeartbeatService.class, Duration.ofMillis(200)));
    var line = world.open(A);
    world.record(line, A);

    var counters = world.until(line, now -> now.acknowledged() == 1);

    assertThat(counters)
        .returns(3L, HeartbeatCounters::sent)
        .returns(0L, HeartbeatCounters::accepted)
        .returns(1L, HeartbeatCounters::duplicate)
        .returns(0L, HeartbeatCounters::pending);
    assertThat(world.history.stored.get(A)).hasSize(1);
  }

  @Test
  void record_nobodyAtTheAddress_waits() throws Exception {
    world.through(
        BusService.proxy(
            vertx, Address.HEARTBEATS, HeartbeatService.class, Duration.ofMillis(200)));
    var line = world.open(A);
    world.record(line, A);

    assertThat(world.until(line, now -> !now.delivering()).pending()).isEqualTo(1);
  }

  @Test
  void send_poisonInTheMiddle_isGivenUpAloneAndCounted() throws Exception {
    world.history.fail(Fault.DOWN);
    var line = world.open(A, B);
    for (var beat = 0; beat < 40; beat++) {
      world.record(line, A, B);
      if (beat == 17 || beat == 31) {
        world.history.malformed.add(world.now().toEpochMilli());
      }
    }
    world.history.fail(Fault.NONE);

    var counters = world.until(line, HeartbeatLineTest::isDrained);

    assertThat(counters)
        .returns(4L, HeartbeatCounters::refused)
        .returns(76L, HeartbeatCounters::acknowledged)
        .returns(0L, HeartbeatCounters::lost);
    assertThat(world.history.stored.get(A)).hasSize(38).isEqualTo(world.history.stored.get(B));
  }

  @Test
  void send_clientUnknown_announcesItAgain() throws Exception {
    world.history.unknown.add(A);
    var line = world.open(A);
    world.until(line, now -> world.registry.announced.size() == 1);
    world.registry.onAnnounce(() -> world.history.unknown.remove(A));
    world.record(line, A);

    world.until(line, now -> now.acknowledged() == 1);

    assertThat(world.registry.announced).hasSize(2);
    assertThat(world.history.stored.get(A)).hasSize(1);
  }

  @Test
  void send_onlyClientStaysUnknown_waits() throws Exception {
    world.history.unknown.add(A);
    var line = world.open(A);
    world.record(line, A);
    world.until(line, now -> now.sent() >= 5);
    assertThat(line.counters()).returns(1L, HeartbeatCounters::pending);

    world.history.unknown.clear();

    world.until(line, now -> now.acknowledged() == 1);
  }

  @Test
  void send_oneOfManyStaysUnknown_doesNotHoldUpTheOthers() throws Exception {
    world.history.unknown.add(B);
    var line = world.open(A, B, C);
    for (var beat = 0; beat < 5; beat++) {
      world.record(line, A, B, C);
    }
    assertThat(world.until(line, HeartbeatLineTest::isDrained))
        .returns(10L, HeartbeatCounters::acknowledged)
        .returns(5L, HeartbeatCounters::refused);
  }

  @Test
  void send_oneClientFails_doesNotRepeatTheOthers() throws Exception {
    var line = world.open(A, B);
    var faults = new ArrayDeque<>(List.of(Fault.NONE, Fault.DEFECT, Fault.RECEIPT_LOST));
    world.history.fail(Fault.DOWN);
    world.record(line, A, B);
    world.until(line, now -> !now.delivering() && now.pending() == 2);
    world.history.fail(() -> Optional.ofNullable(faults.poll()).orElse(Fault.NONE));

    assertThat(world.until(line, HeartbeatLineTest::isDrained))
        .returns(1L, HeartbeatCounters::accepted)
        .returns(1L, HeartbeatCounters::duplicate);
  }

  @Test
  void open_afterACrash_deliversWhatWasLeft() throws Exception {
    world.history.fail(Fault.DOWN);
    var line = world.open(A);
    world.record(line, A);
    world.record(line, A);
    world.get(line::close);
    world.history.fail(Fault.NONE);

    var next = world.open(A);

    assertThat(world.until(next, HeartbeatLineTest::isDrained))
        .returns(2L, HeartbeatCounters::recovered)
        .returns(2L, HeartbeatCounters::acknowledged);
  }

  @Test
  void open_registryDownAtFirst_announcesUntilItSucceeds() throws Exception {
    world.registry.failures.addAll(List.of(Code.UNAVAILABLE, Code.TIMEOUT, Code.UNAVAILABLE));
    var line = world.open(A);
    world.record(line, A);
    world.until(line, now -> world.registry.announced.size() == 1);
    assertThat(line.counters().recorded()).isEqualTo(1);
  }

  @Test
  void open_clientOfSomebodyElse_givesUpAnnouncing() throws Exception {
    world.registry.failures.add(Code.INVALID_ARGUMENT);
    var line = world.open(A);
    for (var second = 0; second < 100; second++) {
      world.tick(line);
    }
    assertThat(world.registry.announced).isEmpty();
  }

  @Test
  void record_diskFull_waitsInMemoryAndRecovers() throws Exception {
    var line = world.open(A);
    world.disk.free(100);
    for (var beat = 0; beat < 20; beat++) {
      world.record(line, A);
      world.tick(line);
    }
    assertThat(line.counters())
        .returns(false, HeartbeatCounters::writable)
        .returns(20L, HeartbeatCounters::pending)
        .returns(0L, HeartbeatCounters::lost);

    world.disk.free(1 << 20);

    assertThat(world.until(line, HeartbeatLineTest::isDrained))
        .returns(true, HeartbeatCounters::writable)
        .returns(20L, HeartbeatCounters::acknowledged);
  }

  @Test
  void record_diskFullForLong_losesTheOldestAndCountsThem() throws Exception {
    var line = world.open(A);
    world.disk.free(100);
    for (var beat = 0; beat < SpoolLane.MAX_WAITING + 50; beat++) {
      world.record(line, A);
    }
    world.until(line, now -> now.lost() > 0 && !now.writable());
    world.disk.free(16 << 20);

    var counters = world.until(line, HeartbeatLineTest::isDrained);

    assertThat(counters.acknowledged() + counters.lost()).isEqualTo(counters.recorded());
    assertThat(world.history.stored.get(A))
        .hasSize((int) counters.acknowledged())
        .contains(world.now().toEpochMilli());
  }

  @Test
  void wake_longBacklog_drainsInBoundedBatchesWithoutWaitingForTicks() throws Exception {
    world.history.fail(Fault.DOWN);
    var line = world.open(A);
    for (var beat = 0; beat < 3000; beat++) {
      world.record(line, A);
      if (beat % 500 == 0) {
        world.get(line::flush);
      }
    }
    world.get(line::flush);
    world.until(line, now -> !now.delivering() && now.pending() == 3000);
    var before = world.history.batches.size();
    world.history.fail(Fault.NONE);

    world.until(line, HeartbeatLineTest::isDrained);

    var drained = world.history.batches.subList(before, world.history.batches.size());
    assertThat(drained).hasSizeBetween(6, 12);
    assertThat(drained)
        .allSatisfy(
            batch ->
                assertThat(batch.heartbeats())
                    .hasSizeLessThanOrEqualTo(HeartbeatSender.BATCH_HEARTBEATS));
  }

  @Test
  void open_directoryUnusable_saysWhichAndWhy() throws Exception {
    var file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> new LineWorld(vertx, file).open(A))
        .hasMessageContaining("spool directory=" + file + " cannot be written");
  }

  @Test
  void anyFaults_inAnyOrder_storeExactlyWhatWasRecorded() throws Exception {
    for (var seed = 1; seed <= 5; seed++) {
      storeExactlyOnce(new Random(seed));
    }
  }

  private void storeExactlyOnce(Random random) throws Exception {
    var recorded = new HashMap<String, Set<Long>>();
    world.history.stored.clear();
    world.history.fail(() -> ANY.get(random.nextInt(ANY.size())));
    var line = world.open(A, B, C);
    for (var round = 0; round < 120; round++) {
      world.record(line, A, B, C);
      for (var client : List.of(A, B, C)) {
        recorded.computeIfAbsent(client, id -> new TreeSet<>()).add(world.now().toEpochMilli());
      }
      world.tick(line);
      line = random.nextInt(15) == 0 ? reopened(line) : line;
    }
    world.history.fail(Fault.NONE);
    world.until(line, HeartbeatLineTest::isDrained);
    world.get(line::close);
    assertThat(world.history.stored).isEqualTo(Map.copyOf(recorded));
  }

  /** Nothing is left, and every heartbeat is accounted for. */
  private static boolean isDrained(HeartbeatCounters now) {
    return now.pending() == 0
        && now.recovered() + now.recorded() == now.acknowledged() + now.refused() + now.lost();
  }

  private HeartbeatLine reopened(HeartbeatLine line) throws Exception {
    world.get(line::close);
    return world.open(A, B, C);
  }
}
