package io.muster.aggregator;

import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.aggregator.ingest.IngestConfig;
import io.muster.bus.Address;
import io.muster.bus.service.HeartbeatService;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.DatabaseConfig;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sends heartbeats while PostgreSQL is killed; the embedded server restarts by itself. */
@Tag("slow")
class DatabaseCrashIT {
  private static final int CLIENTS = 10;
  private static final int BATCHES = 40;
  private static final int HEARTBEATS_PER_BATCH = 10;
  private static final List<Integer> RECEIPTS_BEFORE_KILLS = List.of(50, 150, 250);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger receipts = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger duplicates = new AtomicInteger();
  private Path directory;
  private Database database;
  private HeartbeatService heartbeats;
  private Instant startsAt;

  @BeforeEach
  void open() throws IOException {
    var clock = InstantSource.system();
    startsAt = clock.instant().minus(Duration.ofHours(1));
    directory = Files.createTempDirectory("muster-kill-");
    // The server may have to run as another user, which must have access.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    database =
        Database.open(vertx, DatabaseConfig.EMBEDDED, directory, clock, new SimpleMeterRegistry());
    await(database.whenReady());
    var config = new IngestConfig(500, Duration.ofMillis(5), 10_000);
    var node = AggregatorFixture.node(vertx, clock);
    await(
        vertx.deployVerticle(
            new AggregatorVerticle(AggregatorFixture.config(config), node, database)));
    var timeout = Duration.ofSeconds(3);
    heartbeats = node.services().proxy(Address.HEARTBEATS, HeartbeatService.class, timeout);
  }

  @AfterEach
  void close() throws IOException {
    await(database.close());
    await(vertx.close());
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void store_postgresIsKilledMeanwhile_storesEachHeartbeatOnce() {
    var fixture = new HistoryFixture(database);
    var clients = fixture.insertClients(CLIENTS);

    await(Future.all(clients.stream().map(client -> sendBatches(client, 0)).toList()));

    var total = CLIENTS * BATCHES * HEARTBEATS_PER_BATCH;
    assertThat(failures.get()).isPositive();
    assertThat(accepted.get() + duplicates.get()).isEqualTo(total);
    // An acknowledged heartbeat is never sent again: it would be missing here.
    assertThat(fixture.heartbeatCount()).isEqualTo(total);
    assertThat(fixture.queryRow("SELECT sum(n) FROM client_hour")).isEqualTo("[" + total + "]");
  }

  /** Sends one batch after the other, each until it is acknowledged. */
  private Future<?> sendBatches(String client, int number) {
    return number == BATCHES
        ? Future.succeededFuture()
        : sendUntilAcknowledged(newBatch(client, number))
            .compose(done -> sendBatches(client, number + 1));
  }

  private Future<?> sendUntilAcknowledged(HeartbeatBatch batch) {
    return heartbeats
        .store(batch)
        .map(this::countReceipt)
        .recover(
            cause -> {
              failures.incrementAndGet();
              return vertx.timer(50).compose(waited -> sendUntilAcknowledged(batch).mapEmpty());
            });
  }

  private HeartbeatReceipt countReceipt(HeartbeatReceipt receipt) {
    accepted.addAndGet(receipt.accepted());
    duplicates.addAndGet(receipt.duplicate());
    if (RECEIPTS_BEFORE_KILLS.contains(receipts.incrementAndGet())) {
      killPostgres();
    }
    return receipt;
  }

  private HeartbeatBatch newBatch(String client, int number) {
    var firstAt = startsAt.plusSeconds((long) number * HEARTBEATS_PER_BATCH);
    return batch(
        client,
        IntStream.range(0, HEARTBEATS_PER_BATCH)
            .mapToObj(i -> HistoryFixture.heartbeat(firstAt.plusSeconds(i)))
            .toList());
  }

  private void killPostgres() {
    try {
      var pidFile = directory.resolve("database-17/postmaster.pid");
      var pid = Long.parseLong(Files.readAllLines(pidFile).get(0));
      assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
