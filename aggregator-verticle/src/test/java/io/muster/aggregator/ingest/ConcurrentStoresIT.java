package io.muster.aggregator.ingest;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.HistoryFixture;
import io.muster.runtime.database.Database;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several aggregators on one database that store the same heartbeats in any order. */
class ConcurrentStoresIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final int CLIENTS = 40;
  private static final int BATCHES = 16;

  private HistoryFixture fixture;
  private Database second;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    second = postgres.open(postgres.vertx(), () -> NOON);
    await(second.whenReady());
  }

  @AfterEach
  void close() {
    await(second.close());
  }

  @RepeatedTest(3)
  void store_sameBatchesInBothOrdersAtOnce_storesEachHeartbeatOnce() {
    var clients = fixture.insertClients(CLIENTS);
    var before = fixture.heartbeatCount();
    var transactions =
        IntStream.range(0, BATCHES).mapToObj(number -> batches(clients, number)).toList();
    var reversed = new ArrayList<>(transactions);
    Collections.reverse(reversed);
    var shuffledInside = reversed.stream().map(ConcurrentStoresIT::reversed).toList();

    var first = storeInOrder(store(postgres.database()), transactions);
    var other = storeInOrder(store(second), shuffledInside);

    var receipts = new ArrayList<>(await(first));
    receipts.addAll(await(other));
    var total = (long) CLIENTS * BATCHES * 3;
    assertThat(receipts.stream().mapToLong(HeartbeatReceipt::accepted).sum()).isEqualTo(total);
    assertThat(receipts.stream().mapToLong(HeartbeatReceipt::duplicate).sum()).isEqualTo(total);
    assertThat(fixture.heartbeatCount() - before).isEqualTo(total);
    for (var client : clients) {
      assertThat(fixture.clientRows(client, "sum(n)", "client_hour").get(0))
          .isEqualTo("[" + BATCHES * 3 + "]");
      // The newest batch, number 0, has no device; an older one stored later must not add any.
      assertThat(fixture.clientRows(client, "device_index", "client_device")).isEmpty();
    }
  }

  @RepeatedTest(5)
  void store_randomReplays_giveTheTablesOfASinglePass(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    var heartbeats = IntStream.range(0, 60).mapToObj(i -> randomHeartbeat(random)).toList();
    var singlePass = fixture.insertClient();
    await(
        store(postgres.database())
            .store(StoreFixture.receivedBatches(NOON, List.of(batch(singlePass, heartbeats)))));

    var replayed = fixture.insertClient();
    var stores = List.of(store(postgres.database()), store(second));
    var pending = new ArrayList<Future<?>>();
    for (var turn = 0; turn < 30; turn++) {
      pending.add(
          stores
              .get(turn % 2)
              .store(
                  StoreFixture.receivedBatches(
                      NOON, List.of(batch(replayed, randomSubset(heartbeats, random))))));
    }
    pending.add(
        stores
            .get(0)
            .store(StoreFixture.receivedBatches(NOON, List.of(batch(replayed, heartbeats)))));
    await(Future.all(pending));

    assertThat(fixture.allRows(replayed)).isEqualTo(fixture.allRows(singlePass));
    assertThat(fixture.clientRows(replayed, "device_index, t.name, temp", "client_device"))
        .isEqualTo(fixture.clientRows(singlePass, "device_index, t.name, temp", "client_device"));
  }

  private static HeartbeatStore store(Database database) {
    return StoreFixture.newStore(database, () -> NOON);
  }

  /**
   * Returns batches of all clients with three heartbeats each; the higher the number, the older
   * they are, and the more devices they have.
   */
  private static List<HeartbeatBatch> batches(List<String> clients, int number) {
    var devices = IntStream.range(0, number).mapToObj(HistoryFixture::device).toList();
    var heartbeats =
        IntStream.range(0, 3)
            .mapToObj(
                i -> heartbeat(NOON.minusSeconds(600L * number + 10L * i).toEpochMilli(), devices))
            .toList();
    return clients.stream().map(client -> batch(client, heartbeats)).toList();
  }

  private static List<HeartbeatBatch> reversed(List<HeartbeatBatch> transaction) {
    var reversed = new ArrayList<>(transaction);
    Collections.reverse(reversed);
    return reversed;
  }

  private static Future<List<HeartbeatReceipt>> storeInOrder(
      HeartbeatStore store, List<List<HeartbeatBatch>> transactions) {
    Future<List<HeartbeatReceipt>> done = Future.succeededFuture(new ArrayList<>());
    for (var transaction : transactions) {
      done =
          done.compose(
              before ->
                  store
                      .store(StoreFixture.receivedBatches(NOON, transaction))
                      .map(stored -> append(before, stored.receipts())));
    }
    return done;
  }

  private static List<HeartbeatReceipt> append(
      List<HeartbeatReceipt> before, Map<String, HeartbeatReceipt> receipts) {
    var all = new ArrayList<>(before);
    all.addAll(receipts.values());
    return all;
  }

  private static Heartbeat randomHeartbeat(Random random) {
    var at = NOON.minusMillis(1 + random.nextInt(36 * 3_600_000)).toEpochMilli();
    return new Heartbeat(
        at,
        random.nextInt(101),
        random.nextInt(101),
        random.nextInt(101),
        random.nextInt(1_000_000),
        random.nextInt(1_000_000),
        Optional.of(
            IntStream.range(0, random.nextInt(4)).mapToObj(HistoryFixture::device).toList()));
  }

  private static Heartbeat heartbeat(long atMillis, List<DeviceReading> devices) {
    return new Heartbeat(atMillis, 10, 20, 30, 1000, 2000, Optional.of(devices));
  }

  private static List<Heartbeat> randomSubset(Collection<Heartbeat> heartbeats, Random random) {
    var subset = new ArrayList<>(heartbeats);
    Collections.shuffle(subset, random);
    return List.copyOf(subset.subList(0, 1 + random.nextInt(subset.size())));
  }
}
