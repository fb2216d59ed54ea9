package io.muster.aggregator.upkeep;

import static io.muster.aggregator.History.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A day is packed while others read it, write to it, pack it too, or kill who packs it. */
class PackingAmongOthersIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final LocalDate DAY = LocalDate.of(2027, 12, 31);
  private static final Instant MIDNIGHT = DAY.atStartOfDay(ZoneOffset.UTC).toInstant();
  private static final Instant NOW = MIDNIGHT.plus(Duration.ofDays(3));
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Beats beats = Beats.in(postgres.database());
  private final Vertx vertx = postgres.vertx();

  @BeforeEach
  void partitions() {
    beats.partitions(DAY);
  }

  @AfterEach
  void forget() {
    beats.forget();
  }

  @Test
  void run_byTwoAtOnce_oneDoesIt() {
    beats.store(beats.client(), Beats.everyTenSeconds(MIDNIGHT, 24), new Random(1));
    var all = beats.all();
    var first = upkeep();
    var second = upkeep();

    await(Future.all(first.run(), second.run()));

    assertThat(first.counts().packedDays() + second.counts().packedDays()).isEqualTo(1);
    assertThat(first.counts().runsLeftToOthers() + second.counts().runsLeftToOthers()).isEqualTo(1);
    assertThat(beats.all()).isEqualTo(all);
  }

  @Test
  void run_lateBeatsWhileItIsStaged_areNotLost() {
    var client = beats.client();
    beats.store(client, Beats.everyTenSeconds(MIDNIGHT, 3), new Random(1));
    var packed =
        postgres
            .database()
            .withDedicatedConnection(
                LIMIT,
                sql -> {
                  var packing = new DayPacking(vertx, sql, DAY, false);
                  return packing
                      .staged()
                      .compose(
                          staged ->
                              postgres
                                  .database()
                                  .withConnection(
                                      late ->
                                          Beats.stored(
                                              late,
                                              client,
                                              List.of(
                                                  MIDNIGHT.plusMillis(1),
                                                  MIDNIGHT.plusSeconds(80_000)),
                                              new Random(2))))
                      .compose(late -> packing.switched());
                });

    assertThat(await(packed)).isEqualTo(1082);
    assertThat(beats.all()).hasSize(1082);
    assertThat(beats.count("heartbeat_20271231")).isEqualTo("[0]");
  }

  @Test
  void run_whileOthersReadAndWrite_eachSeesEveryBeatOnce() {
    var clients = Stream.generate(beats::client).limit(30).toList();
    clients.forEach(
        client -> beats.store(client, Beats.everyTenSeconds(MIDNIGHT, 8), new Random(client)));
    var before = beats.all().size();
    var late = new Late(clients);
    var upkeep = upkeep();

    var packing = upkeep.run();
    var read = new ArrayList<Long>();
    var written = new ArrayList<Integer>();
    while (!packing.isComplete()) {
      written.add(late.store());
      read.add(count());
    }
    await(packing);

    for (var i = 0; i < read.size(); i++) {
      assertThat(read.get(i))
          .as("read %d of %d", i, read.size())
          .isEqualTo(before + written.get(i));
    }
    assertThat(read).hasSizeGreaterThan(3);
    assertThat(count()).isEqualTo(before + late.written);
    assertThat(upkeep.counts().packedDays()).isEqualTo(1);
  }

  @Test
  void run_writerOfLateBeatsIsAtIt_waitsAndPacksWhatItWrote() {
    var client = beats.client();
    beats.store(client, Beats.everyTenSeconds(MIDNIGHT, 5), new Random(1));
    var late = List.of(MIDNIGHT.plusMillis(1));
    var packing =
        postgres
            .database()
            .withTransaction(
                writer ->
                    AdvisoryLock.COMPACTION
                        .acquireShared(writer)
                        .map(shared -> upkeep().run())
                        .compose(
                            run ->
                                blocked("SELECT pg_advisory_xact_lock%")
                                    .compose(
                                        waits -> Beats.stored(writer, client, late, new Random(2)))
                                    .map(written -> List.of(run))));

    await(await(packing).get(0));

    assertThat(beats.count("heartbeat_20271231")).isEqualTo("[0]");
    assertThat(beats.all()).hasSize(1801);
  }

  @Test
  void run_killedInTheSwitch_changesNothingAndTheNextOnePacks() {
    beats.store(beats.client(), Beats.everyTenSeconds(MIDNIGHT, 5), new Random(1));
    var all = beats.all();

    var failed =
        postgres
            .database()
            .withTransaction(
                reader ->
                    reader
                        .query("SELECT count(*) FROM heartbeat")
                        .execute()
                        .compose(
                            reading -> {
                              var packing = upkeep().run();
                              return terminated("TRUNCATE%")
                                  .compose(killed -> packing)
                                  .transform(ended -> Future.succeededFuture(ended.cause()));
                            }));

    assertThat(await(failed)).isNotNull();
    assertThat(beats.all()).isEqualTo(all);
    assertThat(beats.count("heartbeat_20271231")).isEqualTo("[1800]");
    assertThat(beats.count("heartbeat_packing_20271231")).isEqualTo("[5]");

    await(upkeep().run());
    assertThat(beats.all()).isEqualTo(all);
    assertThat(beats.tables()).contains("heartbeat_pack_20271231");
    assertThat(beats.history().row("SELECT to_regclass('heartbeat_packing_20271231')"))
        .isEqualTo("[null]");
  }

  @Test
  void run_readerHoldsTheDay_waitsAndHoldsUpNobodyForLong() {
    beats.store(beats.client(), Beats.everyTenSeconds(MIDNIGHT, 5), new Random(1));
    var packing =
        postgres
            .database()
            .withTransaction(
                reader ->
                    reader
                        .query("SELECT count(*) FROM heartbeat")
                        .execute()
                        .map(
                            reading -> {
                              var run = upkeep().run();
                              // A second reader gets through, at the latest after the switch gave
                              // up.
                              return run;
                            })
                        .compose(
                            run ->
                                blocked("TRUNCATE%")
                                    .compose(
                                        waits ->
                                            postgres
                                                .database()
                                                .withConnection(
                                                    other ->
                                                        other
                                                            .query("SELECT count(*) FROM heartbeat")
                                                            .execute()))
                                    .map(read -> List.of(run))));

    assertThat(await(packing).get(0).isComplete()).isFalse();
    await(await(packing).get(0));
    assertThat(beats.count("heartbeat_20271231")).isEqualTo("[0]");
  }

  private Upkeep upkeep() {
    return new Upkeep(vertx, UpkeepConfig.USUAL, () -> NOW, postgres.database());
  }

  private long count() {
    return Long.parseLong(
        beats
            .history()
            .row("SELECT count(*) FROM " + Beats.EVERYWHERE + " x")
            .replaceAll("[^0-9]", ""));
  }

  /** Kills the session whose statement is like that as soon as it waits. */
  private Future<Void> terminated(String statement) {
    return blocked(statement)
        .compose(
            pid ->
                postgres
                    .database()
                    .withConnection(
                        sql -> sql.query("SELECT pg_terminate_backend(" + pid + ")").execute()))
        .mapEmpty();
  }

  private Future<Integer> blocked(String statement) {
    return postgres
        .database()
        .withConnection(
            sql ->
                sql.query(
                        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query"
                            + " LIKE '"
                            + statement
                            + "' AND datname = current_database()")
                    .execute())
        .compose(
            rows ->
                rows.size() == 0
                    ? vertx.timer(10).compose(passed -> blocked(statement))
                    : Future.succeededFuture(rows.iterator().next().getInteger(0)));
  }

  /** A host that was cut off, one batch after the other. */
  private final class Late {
    private final List<Integer> clients;
    private final Random random = new Random(99);
    private int written;

    Late(List<Integer> clients) {
      this.clients = clients;
    }

    int store() {
      var client = clients.get(written % clients.size());
      beats.store(client, List.of(MIDNIGHT.plusMillis(3 + 10_000L * written)), random);
      return ++written;
    }
  }
}
