package io.muster.runtime.database.schema;

import static io.muster.runtime.database.PostgresFixture.await;
import static io.muster.runtime.database.PostgresFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.database.PostgresFixture;
import io.muster.runtime.database.SharedPostgres;
import io.vertx.core.Future;
import java.time.LocalDate;
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
    assertThat(await(ensured(NEW_YEAR))).isEqualTo(13);
    assertThat(await(ensured(NEW_YEAR))).isZero();
    assertThat(await(ensured(NEW_YEAR.plusDays(1)))).isEqualTo(1);
  }

  @Test
  void ensured_byManyNodesAtOnce_makesEachOnce() {
    var nodes = IntStream.range(0, 6).mapToObj(node -> ensured(NEW_YEAR)).toList();

    await(Future.all(nodes));

    assertThat(nodes.stream().mapToInt(Future::result).sum()).isEqualTo(13);
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

  private Future<Integer> ensured(LocalDate today) {
    return postgres.connected(database, connection -> Partitions.ensured(connection, today));
  }

  private Future<Void> insert(String sql, String at) {
    return postgres.connected(database, connection -> run(connection, sql.formatted(at)));
  }
}
