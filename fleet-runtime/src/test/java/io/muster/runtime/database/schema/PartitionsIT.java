package io.muster.runtime.database.schema;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.runtime.database.PostgresFixture;
import io.muster.runtime.database.SharedPostgresExtension;
import io.muster.runtime.database.schema.ExistingPartition.State;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PartitionsIT {
  private static final LocalDate NEW_YEAR = LocalDate.of(2027, 1, 2);
  private static final String INSERT_HEARTBEAT =
      "INSERT INTO heartbeat VALUES ('%s', 1, 2, 3, 4, 5, 6)";
  private static final String INSERT_HOUR =
      "INSERT INTO client_hour VALUES ('%s', now(), 1, 2, 3, 4, 5, 6, 7, 8)";

  @RegisterExtension static final SharedPostgresExtension shared = new SharedPostgresExtension();

  private final PostgresFixture postgres = shared.fixture();
  private String database;

  @BeforeEach
  void migrate() {
    database = postgres.newDatabaseWithSchema().database();
  }

  @Test
  void createMissing_aroundNewYear_coversAWeekAgoToThreeDaysAhead() {
    await(createMissing(NEW_YEAR));

    await(insert(INSERT_HEARTBEAT, "2026-12-26T00:00:00Z"));
    await(insert(INSERT_HEARTBEAT, "2027-01-05T23:59:59.999Z"));
    await(insert(INSERT_HOUR, "2026-12-01T00:00:00Z"));
    await(insert(INSERT_HOUR, "2027-01-31T23:00:00Z"));
    assertThatThrownBy(() -> await(insert(INSERT_HEARTBEAT, "2026-12-25T23:59:59.999Z")))
        .hasMessageContaining("no partition");
    assertThatThrownBy(() -> await(insert(INSERT_HEARTBEAT, "2027-01-06T00:00:00Z")))
        .hasMessageContaining("no partition");
    assertThat(await(postgres.withConnection(database, Partitions::loadHeartbeatDays)))
        .hasSize(11)
        .startsWith(LocalDate.of(2026, 12, 26))
        .endsWith(LocalDate.of(2027, 1, 5));
  }

  @Test
  void createMissing_nextDay_addsOneOfEachDailyTableAndKeepsTheRest() {
    assertThat(await(createMissing(NEW_YEAR))).isEqualTo(28);
    assertThat(await(createMissing(NEW_YEAR))).isZero();
    assertThat(await(createMissing(NEW_YEAR.plusDays(1)))).isEqualTo(2);
  }

  @Test
  void createMissing_byManyNodesAtOnce_createsEachOnce() {
    var nodes = IntStream.range(0, 6).mapToObj(node -> createMissing(NEW_YEAR)).toList();

    await(Future.all(nodes));

    assertThat(nodes.stream().mapToInt(Future::result).sum()).isEqualTo(28);
  }

  @Test
  void createMissing_whileATransactionWrites_doesNotWaitForIt() {
    await(createMissing(NEW_YEAR));

    var added =
        postgres.withConnection(
            database,
            writer ->
                run(writer, "BEGIN")
                    .compose(
                        begun -> run(writer, INSERT_HEARTBEAT.formatted("2027-01-02T00:00:00Z")))
                    .compose(written -> createMissing(NEW_YEAR.plusDays(1))));

    assertThat(await(added)).isEqualTo(2);
  }

  @Test
  void loadHeartbeatDays_afterALongDowntime_omitsDaysBeforeTheGap() {
    await(createMissing(NEW_YEAR));
    await(createMissing(NEW_YEAR.plusDays(30)));

    assertThat(await(postgres.withConnection(database, Partitions::loadHeartbeatDays)))
        .hasSize(11)
        .startsWith(NEW_YEAR.plusDays(23))
        .endsWith(NEW_YEAR.plusDays(33));
    assertThat(loadAll()).extracting(ExistingPartition::name).contains("heartbeat_20261226");
  }

  @Test
  void loadAll_severalTables_returnsTheirRanges() {
    await(createMissing(LocalDate.of(2028, 2, 28)));
    await(execute("CREATE TABLE heartbeat_20289999 (x int)"));
    await(execute("CREATE TABLE heartbeat_1 (x int)"));

    assertThat(loadAll())
        .extracting(ExistingPartition::name, ExistingPartition::fromDay, ExistingPartition::toDay)
        .hasSize(28)
        .contains(
            tuple("heartbeat_20280229", LocalDate.of(2028, 2, 29), LocalDate.of(2028, 3, 1)),
            tuple("client_hour_202802", LocalDate.of(2028, 2, 1), LocalDate.of(2028, 3, 1)),
            tuple("device_minute_20280229", LocalDate.of(2028, 2, 29), LocalDate.of(2028, 3, 1)),
            tuple("device_hour_202803", LocalDate.of(2028, 3, 1), LocalDate.of(2028, 4, 1)));
  }

  @Test
  void drop_whileReadersAndWritersAreActive_waitsForReadersAndBlocksNone() {
    await(createMissing(NEW_YEAR));
    await(insert(INSERT_HEARTBEAT, "2026-12-26T00:00:00Z"));

    var dropped =
        postgres.withConnection(
            database,
            reader ->
                run(reader, "BEGIN")
                    .compose(begun -> run(reader, "SELECT * FROM heartbeat"))
                    .compose(
                        reading -> {
                          var drop = drop("heartbeat_20261226");
                          return insert(INSERT_HEARTBEAT, "2027-01-02T00:00:00Z")
                              .compose(written -> run(reader, "SELECT * FROM heartbeat"))
                              .compose(
                                  read -> {
                                    assertThat(drop.isComplete()).isFalse();
                                    return run(reader, "COMMIT");
                                  })
                              .compose(ended -> drop);
                        }));
    await(dropped);

    assertThat(loadAll()).extracting(ExistingPartition::name).doesNotContain("heartbeat_20261226");
    assertThatThrownBy(() -> await(insert(INSERT_HEARTBEAT, "2026-12-26T00:00:00Z")))
        .hasMessageContaining("no partition");
  }

  @Test
  void completeDetaches_afterAnInterruptedDetach_allowsFurtherDrops() {
    await(createMissing(NEW_YEAR));
    interruptDetach("heartbeat_20261226");
    assertThat(state("heartbeat_20261226")).isEqualTo(State.DETACHING);
    assertThat(await(postgres.withConnection(database, Partitions::loadHeartbeatDays)))
        .startsWith(LocalDate.of(2026, 12, 27));

    await(postgres.withConnection(database, Partitions::completeDetaches));
    assertThat(state("heartbeat_20261226")).isEqualTo(State.DETACHED);
    await(drop("heartbeat_20261227"));
    await(drop("heartbeat_20261226"));

    assertThat(loadAll())
        .extracting(ExistingPartition::name)
        .contains("heartbeat_20261228")
        .doesNotContain("heartbeat_20261226", "heartbeat_20261227");
  }

  /** Cancels the detach while it waits for a reader, as a crash would. */
  private void interruptDetach(String name) {
    await(
        postgres.withConnection(
            database,
            reader ->
                run(reader, "BEGIN")
                    .compose(begun -> run(reader, "SELECT * FROM heartbeat"))
                    .compose(
                        reading ->
                            postgres.withConnection(
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
    return loadAll().stream()
        .filter(partition -> partition.name().equals(name))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private Future<Void> drop(String name) {
    return postgres.withConnection(
        database,
        connection ->
            Partitions.loadAll(connection)
                .map(
                    partitions ->
                        partitions.stream()
                            .filter(partition -> partition.name().equals(name))
                            .findFirst()
                            .orElseThrow())
                .compose(partition -> Partitions.drop(connection, partition)));
  }

  private List<ExistingPartition> loadAll() {
    return await(postgres.withConnection(database, Partitions::loadAll));
  }

  private Future<Void> execute(String text) {
    return postgres.withConnection(database, connection -> run(connection, text));
  }

  private Future<Integer> createMissing(LocalDate today) {
    return postgres.withConnection(
        database, connection -> Partitions.createMissing(connection, today));
  }

  private Future<Void> insert(String sql, String at) {
    return postgres.withConnection(database, connection -> run(connection, sql.formatted(at)));
  }
}
