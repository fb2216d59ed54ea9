package io.muster.aggregator.maintenance;

import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.aggregator.DeviceHistory;
import io.muster.aggregator.SentHeartbeats;
import io.muster.aggregator.ingest.StoreFixture;
import io.muster.runtime.database.Database;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/** Heartbeats with random readings, sent to a database and recorded. Confined to one thread. */
final class RandomHeartbeats {
  private final Vertx vertx;
  private final Database database;
  private final SentHeartbeats sent;
  private final Random random = new Random(1);

  RandomHeartbeats(Vertx vertx, Database database, SentHeartbeats sent) {
    this.vertx = vertx;
    this.database = database;
    this.sent = sent;
  }

  /** Stores heartbeats as an aggregator does at a time. */
  void store(String client, Instant now, List<Heartbeat> heartbeats) {
    var batch = new HeartbeatBatch(client, OptionalLong.empty(), heartbeats);
    var store = StoreFixture.newStore(database, () -> now);
    var result = await(store.store(StoreFixture.receivedBatches(now, List.of(batch))));
    assertThat(result.receipts().get(client)).isNotNull();
    heartbeats.forEach(heartbeat -> sent.add(client, heartbeat));
  }

  /** Compacts all closed days. */
  void compact(Instant now) {
    DeviceHistory.rollUp(database, now);
    await(
        new MaintenanceJob(
                vertx,
                MaintenanceConfig.DEFAULTS,
                () -> now,
                database,
                new MaintenanceMetrics(new SimpleMeterRegistry()))
            .run());
    assertThat(MaintenanceFixture.of(database).rowCount("heartbeat")).isEqualTo("[0]");
  }

  /** Returns heartbeats of about every ten seconds, in any order, with a gap of six minutes. */
  List<Heartbeat> heartbeats(Instant from, Instant until, Integer... devices) {
    var number = (int) Duration.between(from, until).toSeconds() / 10;
    var heartbeats =
        new ArrayList<>(
            IntStream.range(0, number)
                .filter(i -> i < 20 || i > 56)
                .mapToObj(i -> from.plusMillis(10_000L * i + random.nextInt(10_000)))
                .map(at -> heartbeat(at, reported(devices)))
                .toList());
    // The newest one reports all devices.
    heartbeats.add(heartbeat(until.minusMillis(1), Optional.of(List.of(devices))));
    Collections.shuffle(heartbeats, random);
    return heartbeats;
  }

  private Optional<List<Integer>> reported(Integer... devices) {
    return switch (random.nextInt(8)) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(List.of());
      case 2 -> Optional.of(List.of(devices[devices.length - 1]));
      default -> Optional.of(List.of(devices));
    };
  }

  private Heartbeat heartbeat(Instant at, Optional<List<Integer>> devices) {
    return new Heartbeat(
        at.toEpochMilli(),
        random.nextInt(101),
        random.nextInt(101),
        random.nextInt(101),
        random.nextInt(1_000_000),
        1_000_000_000_000L - random.nextInt(9),
        devices.map(indexes -> indexes.stream().map(this::reading).toList()));
  }

  private DeviceReading reading(int index) {
    return new DeviceReading(
        new DeviceIdentity(index, "GPU-" + index, "NVIDIA H200"),
        random.nextInt(9) == 0 ? OptionalDouble.empty() : OptionalDouble.of(random.nextInt(101)),
        new DeviceMemory(OptionalLong.of(random.nextInt(100)), OptionalLong.of(100)),
        random.nextInt(9) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(90) - 10),
        random.nextInt(9) == 0 ? OptionalDouble.empty() : OptionalDouble.of(random.nextInt(700)),
        OptionalInt.empty(),
        Optional.empty());
  }
}
