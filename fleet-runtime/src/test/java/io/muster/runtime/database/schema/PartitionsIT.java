package io.muster.runtime.database.schema;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.runtime.database.PostgresFixture;
import io.muster.runtime.database.SharedPostgres;
import io.muster.runtime.database.schema.HeldPartition.State;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PartitionsIT {
  private static final LocalDate NEW_YEAR = LocalDate.of(2027, 1, 2);
  private static final String BEAT = "INSERT INTO heartbeat VALUES ('%s', 1, 2, 3, 4, 5, 6)";
  private static final String HOUR =
      "INSERT INTO client_hour VALUES ('%s', now(), 1, 2, 3, 4, 5, 6, 7, 8)";

  @RegisterExtension static final SharedPostgres shared = new SharedPostgres();

  private final PostgresFixture postgres = shared.fixture();
  private String database;

  @BeforeEach
  void migrate() {
    database = postgres.newDatabase().database();
    await(postgres.connected(database, Migrations.bundled()::apply));
  }

  @Test
  void ensured_aroundNewYear_hasAPlaceFromAWeekAgoToThreeDaysAhead() {
    await(ensured(NEW_YEAR));

    await(insert(BEAT, "2026-12-26T00:00:00Z"));
    await(insert(BEAT, "2027-01-05T23:59:59.999Z"));
    await(insert(HOUR, "2026-12-01T00:00:00Z"));
    await(insert(HOUR, "2027-01-31T23:00:00Z"));
    assertThatThrownBy(() -> await(insert(BEAT, "2026-12-25T23:59:59.999Z")))
        .hasMessageContaining("no partition");
    assertThatThrownBy(() -> await(insert(BEAT, "2027-01-06T00:00:00Z")))
        .hasMessageContaining("no partition");
    assertThat(await(postgres.connected(database, Partitions::heartbeatDays)))
        .hasSize(11)
        .startsWith(LocalDate.of(2026, 12, 26))
        .endsWith(LocalDate.of(2027, 1, 5));
  }

  @Test
  void ensured_nextDay_addsOneAndKeepsTheRest() {
    assertThat(await(ensured(NEW_YEAR))).isEqualTo(15);
    assertThat(await(ensured(NEW_YEAR))).isZero();
    assertThat(await(ensured(NEW_YEAR.plusDays(1)))).isEqualTo(1);
  }

  @Test
  void ensured_byManyNodesAtOnce_makesEachOnce() {
    var nodes = IntStream.range(0, 6).mapToObj(node -> ensured(NEW_YEAR)).toList();

    await(Future.all(nodes));

    assertThat(nodes.stream().mapToInt(Future::result).sum()).isEqualTo(15);
  }

  @Test
  void ensured_whileATransactionWrites_doesNotWaitForIt() {
    await(ensured(NEW_YEAR));

    var added =
        postgres.connected(
            database,
            writer ->
                run(writer, "BEGIN")
                    .compose(begun -> run(writer, BEAT.formatted("2027-01-02T00:00:00Z")))
                    .compose(written -> ensured(NEW_YEAR.plusDays(1))));

    assertThat(await(added)).isEqualTo(1);
  }

  @Test
  void ensured_afterALongStop_heartbeatDaysLeaveOutWhatIsBeforeTheGap() {
    await(ensured(NEW_YEAR));
    await(ensured(NEW_YEAR.plusDays(30)));

    assertThat(await(postgres.connected(database, Partitions::heartbeatDays)))
        .hasSize(11)
        .startsWith(NEW_YEAR.plusDays(23))
        .endsWith(NEW_YEAR.plusDays(33));
    assertThat(held()).extracting(HeldPartition::name).contains("heartbeat_20261226");
  }

  @Test
  void held_severalFamilies_tellsTheirRanges() {
    await(ensured(LocalDate.of(2028, 2, 28)));
    await(sql("CREATE TABLE heartbeat_20289999 (x int)"));
    await(sql("CREATE TABLE heartbeat_1 (x int)"));

    assertThat(held())
        .extracting(HeldPartition::name, HeldPartition::from, HeldPartition::to)
        .hasSize(15)
        .contains(
            tuple("heartbeat_20280229", LocalDate.of(2028, 2, 29), LocalDate.of(2028, 3, 1)),
            tuple("client_hour_202802", LocalDate.of(2028, 2, 1), LocalDate.of(2028, 3, 1)),
            tuple("device_hour_202803", LocalDate.of(2028, 3, 1), LocalDate.of(2028, 4, 1)));
  }

  @Test
  void dropped_whileReadersAndWritersAreAtIt_waitsForThoseWhoMaySeeItAndHoldsUpNobody() {
    await(ensured(NEW_YEAR));
    await(insert(BEAT, "2026-12-26T00:00:00Z"));

    var dropped =
        postgres.connected(
            database,
            reader ->
                run(reader, "BEGIN")
                    .compose(begun -> run(reader, "SELECT * FROM heartbeat"))
                    .compose(
                        reading -> {
                          var drop = drop("heartbeat_20261226");
                          return insert(BEAT, "2027-01-02T00:00:00Z")
                              .compose(written -> run(reader, "SELECT * FROM heartbeat"))
                              .compose(
                                  read -> {
                                    assertThat(drop.isComplete()).isFalse();
                                    return run(reader, "COMMIT");
                                  })
                              .compose(ended -> drop);
                        }));
    await(dropped);

    assertThat(held()).extracting(HeldPartition::name).doesNotContain("heartbeat_20261226");
    assertThatThrownBy(() -> await(insert(BEAT, "2026-12-26T00:00:00Z")))
        .hasMessageContaining("no partition");
  }

  @Test
  void settled_afterAnInterruptedDetach_bringsItToItsEndAndOthersCanGo() {
    await(ensured(NEW_YEAR));
    interruptDetach("heartbeat_20261226");
    assertThat(state("heartbeat_20261226")).isEqualTo(State.DETACHING);
    assertThat(await(postgres.connected(database, Partitions::heartbeatDays)))
        .startsWith(LocalDate.of(2026, 12, 27));

    await(postgres.connected(database, Partitions::settled));
    assertThat(state("heartbeat_20261226")).isEqualTo(State.DETACHED);
    await(drop("heartbeat_20261227"));
    await(drop("heartbeat_20261226"));

    assertThat(held())
        .extracting(HeldPartition::name)
        .contains("heartbeat_20261228")
        .doesNotContain("heartbeat_20261226", "heartbeat_20261227");
  }

  /** Cancelled while it waits for a reader, as by a crash. */
  private void interruptDetach(String name) {
    await(
        postgres.connected(
            database,
            reader ->
                run(reader, "BEGIN")
                    .compose(begun -> run(reader, "SELECT * FROM heartbeat"))
                    .compose(
                        reading ->
                            postgres.connected(
                                database,
                                connection ->
                                    run(connection, "SET statement_timeout = 300")
                                        .compose(
                                            set ->
                                                run(
                                                    connection,
                                                    "ALTER TABLE heartbeat DETACH PARTITION "
                                                        + name
                                                        + " CONCURRENTLY"))
                                        .transform(
                                            ended -> {
                                              assertThat(ended.failed()).isTrue();
                                              return Future.succeededFuture();
                                            })))));
  }

  private State state(String name) {
    return held().stream()
        .filter(partition -> partition.name().equals(name))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private Future<Void> drop(String name) {
    return postgres.connected(
        database,
        connection ->
            Partitions.held(connection)
                .map(
                    held ->
                        held.stream()
                            .filter(partition -> partition.name().equals(name))
                            .findFirst()
                            .orElseThrow())
                .compose(partition -> Partitions.dropped(connection, partition)));
  }

  private List<HeldPartition> held() {
    return await(postgres.connected(database, Partitions::held));
  }

  private Future<Void> sql(String text) {
    return postgres.connected(database, connection -> run(connection, text));
  }

  private Future<Integer> ensured(LocalDate today) {
    return postgres.connected(database, connection -> Partitions.ensured(connection, today));
  }

  private Future<Void> insert(String sql, String at) {
    return postgres.connected(database, connection -> run(connection, sql.formatted(at)));
  }
}
