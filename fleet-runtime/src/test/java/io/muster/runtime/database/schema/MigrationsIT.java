package io.muster.runtime.database.schema;

import static io.muster.runtime.database.PostgresFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.PostgresFixture;
import io.muster.runtime.database.SharedPostgresExtension;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MigrationsIT {
  private static final Migration FIRST =
      Migration.of("V001__a.sql", "CREATE TABLE a (x int); INSERT INTO a VALUES (1);");
  private static final Migration SECOND = Migration.of("V002__b.sql", "INSERT INTO a VALUES (2);");
  private static final Migration BROKEN =
      Migration.of(
          "V002__b.sql", "INSERT INTO a VALUES (2); INSERT INTO no_such_table VALUES (1);");

  @RegisterExtension static final SharedPostgresExtension shared = new SharedPostgresExtension();

  private final PostgresFixture postgres = shared.fixture();
  private String database;

  @BeforeEach
  void create() {
    database = postgres.newDatabase().database();
  }

  @Test
  void apply_again_appliesOnlyMissingMigrations() {
    assertThat(await(apply(FIRST))).isEqualTo(1);
    assertThat(await(apply(FIRST))).isZero();
    assertThat(await(apply(FIRST, SECOND))).isEqualTo(1);
    assertThat(countRows()).isEqualTo(2);
  }

  @Test
  void apply_byManyNodesAtOnce_appliesEachMigrationOnce() {
    var nodes = IntStream.range(0, 6).mapToObj(node -> apply(FIRST, SECOND)).toList();

    await(Future.all(nodes));

    assertThat(nodes.stream().mapToInt(Future::result).sum()).isEqualTo(2);
    assertThat(countRows()).isEqualTo(2);
  }

  @Test
  void apply_fails_changesNothing() {
    assertThatThrownBy(() -> await(apply(FIRST, BROKEN))).hasMessageContaining("no_such_table");

    assertThat(await(apply(FIRST, SECOND))).isEqualTo(2);
    assertThat(countRows()).isEqualTo(2);
  }

  @Test
  void apply_migrationWasEdited_fails() {
    await(apply(FIRST));
    var edited = Migration.of("V001__a.sql", "CREATE TABLE a (x bigint)");

    assertThatThrownBy(() -> await(apply(edited)))
        .hasMessageContaining("migration V001__a.sql differs")
        .extracting(cause -> ((FleetException) cause).code())
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void apply_databaseOfANewerProgram_fails() {
    await(apply(FIRST, SECOND));

    assertThatThrownBy(() -> await(apply(FIRST)))
        .hasMessageContaining("version 2, and this program supports at most 1");
  }

  @Test
  void bundled_always_appliesEveryFile() throws IOException {
    var applied = await(postgres.withConnection(database, Migrations.bundled()::apply));

    try (var files = Files.list(Path.of("src/main/resources/db"))) {
      assertThat(files).hasSize(applied);
    }
  }

  @Test
  void of_windowsLineEnds_haveTheSameChecksum() {
    assertThat(Migration.of("V001__a.sql", "SELECT 1;\r\n").checksum())
        .isEqualTo(Migration.of("V001__a.sql", "SELECT 1;\n").checksum());
  }

  private Future<Integer> apply(Migration... migrations) {
    return postgres.withConnection(database, new Migrations(List.of(migrations))::apply);
  }

  private int countRows() {
    return await(
        postgres.withConnection(
            database,
            connection ->
                connection
                    .query("SELECT count(*)::int FROM a")
                    .execute()
                    .map(rows -> rows.iterator().next().getInteger(0))));
  }
}
