package io.muster.aggregator.store;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;
import static io.muster.aggregator.History.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.History;
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
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several aggregators on one database, which get the same heartbeats in any order. */
class ConcurrentStoresIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final int CLIENTS = 40;
  private static final int BATCHES = 16;

  private History history;
  private Database second;

  @BeforeEach
  void open() {
    history = new History(postgres.database());
    second = postgres.open(postgres.vertx(), () -> NOON);
    await(second.whenReady());
  }

  @AfterEach
  void close() {
    await(second.close());
  }

  @RepeatedTest(3)
  void store_sameBatchesInBothOrdersAtOnce_storesEachHeartbeatOnce() {
    var clients = history.clients(CLIENTS);
    var before = history.heartbeats();
    var transactions =
        IntStream.range(0, BATCHES).mapToObj(number -> transaction(clients, number)).toList();
    var reversed = new ArrayList<>(transactions);
    Collections.reverse(reversed);
    var shuffledInside = reversed.stream().map(ConcurrentStoresIT::reversed).toList();

    var first = inTurn(store(postgres.database()), transactions);
    var other = inTurn(store(second), shuffledInside);

    var receipts = new ArrayList<>(await(first));
    receipts.addAll(await(other));
    var total = (long) CLIENTS * BATCHES * 3;
    assertThat(receipts.stream().mapToLong(HeartbeatReceipt::accepted).sum()).isEqualTo(total);
    assertThat(receipts.stream().mapToLong(HeartbeatReceipt::duplicate).sum()).isEqualTo(total);
    assertThat(history.heartbeats() - before).isEqualTo(total);
    for (var client : clients) {
      assertThat(history.of(client, "sum(n)", "client_hour").get(0))
          .isEqualTo("[" + BATCHES * 3 + "]");
      // The newest batch, number 0, has no device; whoever came last must not bring any back.
      assertThat(history.of(client, "device_index", "client_device")).isEmpty();
    }
  }

  @RepeatedTest(5)
  void store_randomInterleavingsOfReplays_giveTheTablesOfOneCleanPass(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    var beats = IntStream.range(0, 60).mapToObj(i -> randomBeat(random)).toList();
    var clean = history.client();
    await(store(postgres.database()).store(Stores.arrivals(NOON, List.of(batch(clean, beats)))));

    var shaken = history.client();
    var stores = List.of(store(postgres.database()), store(second));
    var pending = new ArrayList<Future<?>>();
    for (var turn = 0; turn < 30; turn++) {
      pending.add(
          stores
              .get(turn % 2)
              .store(Stores.arrivals(NOON, List.of(batch(shaken, some(beats, random))))));
    }
    pending.add(stores.get(0).store(Stores.arrivals(NOON, List.of(batch(shaken, beats)))));
    await(Future.all(pending));

    assertThat(history.rollUps(shaken)).isEqualTo(history.rollUps(clean));
    assertThat(history.of(shaken, "device_index, t.name, temp", "client_device"))
        .isEqualTo(history.of(clean, "device_index, t.name, temp", "client_device"));
  }

  private static HeartbeatStore store(Database database) {
    return Stores.on(database, () -> NOON);
  }

  /** All clients, three heartbeats each; the higher the number, the older, and the more devices. */
  private static List<HeartbeatBatch> transaction(List<String> clients, int number) {
    var devices = IntStream.range(0, number).mapToObj(History::device).toList();
    var beats =
        IntStream.range(0, 3)
            .mapToObj(i -> beat(NOON.minusSeconds(600L * number + 10L * i).toEpochMilli(), devices))
            .toList();
    return clients.stream().map(client -> batch(client, beats)).toList();
  }

  private static List<HeartbeatBatch> reversed(List<HeartbeatBatch> transaction) {
    var reversed = new ArrayList<>(transaction);
    Collections.reverse(reversed);
    return reversed;
  }

  private static Future<List<HeartbeatReceipt>> inTurn(
      HeartbeatStore store, List<List<HeartbeatBatch>> transactions) {
    Future<List<HeartbeatReceipt>> done = Future.succeededFuture(new ArrayList<>());
    for (var transaction : transactions) {
      done =
          done.compose(
              before ->
                  store
                      .store(Stores.arrivals(NOON, transaction))
                      .map(stored -> joined(before, stored.receipts())));
    }
    return done;
  }

  private static List<HeartbeatReceipt> joined(
      List<HeartbeatReceipt> before, Map<String, HeartbeatReceipt> receipts) {
    var joined = new ArrayList<>(before);
    joined.addAll(receipts.values());
    return joined;
  }

  private static Heartbeat randomBeat(Random random) {
    var at = NOON.minusMillis(1 + random.nextInt(36 * 3_600_000)).toEpochMilli();
    return new Heartbeat(
        at,
        random.nextInt(101),
        random.nextInt(101),
        random.nextInt(101),
        random.nextInt(1_000_000),
        random.nextInt(1_000_000),
        IntStream.range(0, random.nextInt(4)).mapToObj(History::device).toList());
  }

  private static Heartbeat beat(long atMillis, List<DeviceReading> devices) {
    return new Heartbeat(atMillis, 10, 20, 30, 1000, 2000, devices);
  }

  private static List<Heartbeat> some(Collection<Heartbeat> beats, Random random) {
    var some = new ArrayList<>(beats);
    Collections.shuffle(some, random);
    return List.copyOf(some.subList(0, 1 + random.nextInt(some.size())));
  }
}
