package io.muster.aggregator.ingest;

import static io.muster.aggregator.History.await;

import io.muster.aggregator.History;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.DatabaseConfig;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.HeartbeatBatch;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many heartbeats a second one connection stores, durably: run it by hand. Leaves its database
 * in a temporary directory.
 */
final class IngestBench {
  private static final Logger log = LoggerFactory.getLogger(IngestBench.class);
  private static final int CLIENTS = 1000;
  private static final int WARM_UP = 20;
  private static final int BATCHES = 50;

  private final HeartbeatStore store;
  private final List<String> clients;
  private Instant at;

  private IngestBench(HeartbeatStore store, List<String> clients, Instant at) {
    this.store = store;
    this.clients = clients;
    this.at = at;
  }

  /** Needs no arguments. */
  public static void main(String[] arguments) throws IOException {
    var vertx = Vertx.vertx();
    var clock = InstantSource.system();
    var directory = Files.createTempDirectory("muster-bench-");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    var database = open(vertx, directory, clock);
    var store = new PostgresHeartbeatStore(database, clock);
    var start = clock.instant().minusSeconds(4 * 3600);
    var bench = new IngestBench(store, new History(database).clients(CLIENTS), start);
    for (var devices : List.of(0, 8, 0, 8)) {
      bench.run("1000 hosts, a heartbeat each", devices, bench::everyHost);
    }
    bench.run("1 host, a backlog of 1000", 0, bench::backlog);
    bench.run("1 host, a backlog of 1000", 8, bench::backlog);
    await(database.close());
    await(vertx.close());
  }

  private static Database open(Vertx vertx, Path directory, InstantSource clock) {
    var database = Database.open(vertx, DatabaseConfig.EMBEDDED, directory, clock);
    await(database.ready());
    return database;
  }

  private void run(String what, int devices, Batches batches) {
    IntStream.range(0, WARM_UP).forEach(i -> await(store.store(batches.next(devices))));
    var from = System.nanoTime();
    IntStream.range(0, BATCHES).forEach(i -> await(store.store(batches.next(devices))));
    var seconds = (System.nanoTime() - from) / 1e9;
    log.info(
        "{}, devices={}: heartbeats_per_second={} batch_ms={}",
        what,
        devices,
        Math.round(BATCHES * CLIENTS / seconds),
        Math.round(1000 * seconds / BATCHES));
  }

  private List<HeartbeatBatch> everyHost(int devices) {
    at = at.plusSeconds(10);
    var beat = History.beat(at, devices(devices));
    return clients.stream().map(client -> History.batch(client, beat)).toList();
  }

  private List<HeartbeatBatch> backlog(int devices) {
    var beats =
        IntStream.range(0, CLIENTS)
            .mapToObj(i -> History.beat(at.plusMillis(i), devices(devices)))
            .toList();
    at = at.plusSeconds(10);
    return List.of(History.batch(clients.get(0), beats));
  }

  private static DeviceReading[] devices(int number) {
    return IntStream.range(0, number).mapToObj(History::device).toArray(DeviceReading[]::new);
  }

  private interface Batches {
    List<HeartbeatBatch> next(int devices);
  }
}
