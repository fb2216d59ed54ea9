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
import java.util.stream.Stream;
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

  private static final String MINUTES_OF_VERSION_5 =
      """
      CREATE TABLE device_minute_20280228 (LIKE device_minute INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE);
      ALTER TABLE device_minute ATTACH PARTITION device_minute_20280228 FOR VALUES FROM ('2028-02-28Z') TO ('2028-02-29Z');
      INSERT INTO device_minute (device_ref, hour, n, usage_sum, usage_min, usage_max, mem_sum, mem_min, mem_max, temp_sum,
        temp_min, temp_max, power_sum, power_min, power_max)
      VALUES (1, '2028-02-28Z', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{70001,null,9}',
        '{1,null,0}', '{70000,null,700}');
      """;

  private static final String WARNINGS_OF_VERSION_6 =
      """
      INSERT INTO client (client_id, user_id, name, declared_status)
      VALUES ('6e1131b4-b9cc-454a-a6ce-3294ab860b2d', 'ann', 'gpu-01', 'online');
      INSERT INTO client_clock VALUES (1, 60000, '2028-02-29Z');
      INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen, device_count, warn_mask, warnings)
      VALUES (1, '2028-02-28Z', '2028-02-29Z', '2028-02-29Z', 0, 8,
        '[{"warning":"DISK_FULL","since_millis":1835395200000,"heartbeats":1,"peak":91,"raised":true,"calm_since_millis":null},
          {"warning":"GPU_HOT","since_millis":1835395200000,"heartbeats":1,"peak":86,"raised":false,"calm_since_millis":null}]');
      """;

  private static final String DATA_OF_VERSION_2 =
      """
      INSERT INTO client (client_id, user_id, name, declared_status)
      SELECT gen_random_uuid(), 'ann', 'host ' || i, 'online' FROM generate_series(1, 2) i;
      INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen, device_count)
      VALUES (1, '2028-02-28Z', '2028-02-29Z', '2028-02-29Z', 2), (2, '2028-02-28Z', '2028-02-29Z', '2028-02-29Z', 0);
      INSERT INTO device (client_ref, device_uuid, device_index, name, mem_total_mb, temp, usage, mem_usage, power_w, updated_at)
      VALUES (1, 'b', 1, 'H200', 143771, 61, 97, NULL, 693, '2028-02-29Z'), (1, 'a', 0, 'H200', 143771, 60, 96, 12, NULL, '2028-02-29Z'),
        (1, 'removed', 0, 'H100', 81559, 1, 2, 3, 4, '2028-02-28Z'), (2, 'removed', 0, 'H100', 81559, 1, 2, 3, 4, '2028-02-28Z');
      CREATE TABLE heartbeat_20280229 PARTITION OF heartbeat FOR VALUES FROM ('2028-02-29Z') TO ('2028-03-01Z');
      CREATE TABLE heartbeat_20280228 (LIKE heartbeat);
      INSERT INTO heartbeat SELECT '2028-02-29Z', 1, 2, 1, 3, 4, 5, 6;
      CREATE TABLE device_hour_202802 PARTITION OF device_hour FOR VALUES FROM ('2028-02-01Z') TO ('2028-03-01Z');
      INSERT INTO device_hour VALUES ('2028-02-29Z', 1, 2, 1, 360, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
      """;

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
  void bundled_databaseOfVersion2_keepsItsDevicesAndHistory() {
    var oldSchema =
        new Migrations(
            List.of(Migration.bundled("V001__fleet.sql"), Migration.bundled("V002__history.sql")));
    await(postgres.withConnection(database, oldSchema::apply));
    await(
        postgres.withConnection(
            database, connection -> connection.query(DATA_OF_VERSION_2).execute()));

    await(postgres.withConnection(database, Migrations.bundled()::apply));

    assertThat(
            queryRows(
                "SELECT client_ref, device_uuid, device_index, temp, usage, mem_usage, power_w, updated_at FROM client_device ORDER BY device_index"))
        .containsExactly(
            "[1, a, 0, 60, 96, 12, null, 2028-02-29T00:00Z]",
            "[1, b, 1, 61, 97, null, 693, 2028-02-29T00:00Z]");
    assertThat(queryRows("SELECT device_refs::text, devices_at FROM client_state ORDER BY 1"))
        .containsExactly("[{2,1}, 2028-02-29T00:00Z]", "[{}, 2028-02-29T00:00Z]");
    assertThat(queryRows("SELECT n, usage_max, usage_min, energy_j FROM device_hour"))
        .containsExactly("[360, 10, null, null]");
    assertThat(queryRows("SELECT gpu_flags, device_refs FROM heartbeat"))
        .containsExactly("[6, null]");
    assertThat(queryRows("SELECT device_power FROM heartbeat_20280228")).isEmpty();
    assertThat(
            queryRows("SELECT hour <= now() AND hour > now() - interval '1 h' FROM device_rollup"))
        .containsExactly("[true]");
  }

  @Test
  void bundled_minutesOfVersion5_keepTheirPowerInHalfOfTheBytes() {
    await(
        apply(
            Stream.of(
                    "V001__fleet.sql",
                    "V002__history.sql",
                    "V003__device_history.sql",
                    "V004__series.sql",
                    "V005__rollup_progress.sql")
                .map(Migration::bundled)
                .toArray(Migration[]::new)));
    await(
        postgres.withConnection(
            database, connection -> connection.query(MINUTES_OF_VERSION_5).execute()));

    await(postgres.withConnection(database, Migrations.bundled()::apply));

    assertThat(
            queryRows(
                "SELECT pg_typeof(power_min)::text, power_min::text, power_max::text, power_sum::text"
                    + " FROM device_minute"))
        .containsExactly("[smallint[], {1,NULL,0}, {32767,NULL,700}, {70001,NULL,9}]");
    assertThat(
            queryRows(
                "SELECT DISTINCT attstorage::text FROM pg_attribute WHERE attname ~ '^power_m' AND"
                    + " attrelid IN ('device_minute'::regclass, 'device_minute_20280228'::regclass)"))
        .containsExactly("[m]");
  }

  @Test
  void bundled_warningsAndClocksOfVersion6_areOpenConditions() {
    await(
        apply(
            Stream.of(
                    "V001__fleet.sql",
                    "V002__history.sql",
                    "V003__device_history.sql",
                    "V004__series.sql",
                    "V005__rollup_progress.sql",
                    "V006__small_power.sql")
                .map(Migration::bundled)
                .toArray(Migration[]::new)));
    await(
        postgres.withConnection(
            database, connection -> connection.query(WARNINGS_OF_VERSION_6).execute()));

    await(postgres.withConnection(database, Migrations.bundled()::apply));

    assertThat(
            queryRows(
                "SELECT subject_id, kind, open, sequence, changed_at FROM fleet_condition ORDER BY kind"))
        .containsExactly(
            "[6e1131b4b9cc454aa6ce3294ab860b2d, clock_skew, true, 1835395200000, 2028-02-29T00:00Z]",
            "[6e1131b4b9cc454aa6ce3294ab860b2d, warning_disk_full, true, 1835395200000,"
                + " 2028-02-29T00:00Z]");
    assertThat(queryRows("SELECT FROM fleet_event")).isEmpty();
  }

  @Test
  void of_windowsLineEnds_haveTheSameChecksum() {
    assertThat(Migration.of("V001__a.sql", "SELECT 1;\r\n").checksum())
        .isEqualTo(Migration.of("V001__a.sql", "SELECT 1;\n").checksum());
  }

  private Future<Integer> apply(Migration... migrations) {
    return postgres.withConnection(database, new Migrations(List.of(migrations))::apply);
  }

  /** Returns each row as a text of all its columns. */
  private List<String> queryRows(String sql) {
    return await(
        postgres.withConnection(
            database,
            connection ->
                connection
                    .query(sql)
                    .execute()
                    .map(
                        rows ->
                            rows.stream()
                                .map(
                                    row ->
                                        IntStream.range(0, row.size())
                                            .mapToObj(i -> String.valueOf(row.getValue(i)))
                                            .toList()
                                            .toString())
                                .toList())));
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
