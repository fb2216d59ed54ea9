package io.muster.launcher.db;

import static io.muster.testkit.EmbeddedDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.launcher.db.StorageStatus.DataRange;
import io.muster.launcher.db.StorageStatus.HeartbeatTraffic;
import io.muster.launcher.db.StorageStatus.MaintenanceBacklog;
import io.muster.launcher.db.StorageStatus.TableStatus;
import io.muster.runtime.database.schema.Partitions;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StorageStatusReaderIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  @Test
  void read_databaseWithData_returnsItsContents() {
    postgres.execute("UPDATE client_rollup SET rolled_up_at = '2028-02-29T11:00:00Z'");
    var empty = readStatus("2028-02-29T12:00:00Z");
    assertThat(empty.spans()).allMatch(span -> span.oldest().isEmpty() && span.newest().isEmpty());
    assertThat(empty.traffic()).isEqualTo(new HeartbeatTraffic(0, 0, 0, 0, 0));
    assertThat(empty.backlog()).isEqualTo(new MaintenanceBacklog(0, 0, 0, 3600));
    assertThat(empty.server()).startsWith("17.");
    assertThat(empty.schemaVersion()).isEqualTo(7);

    fill();
    var full = readStatus("2028-02-29T12:00:30Z");

    assertThat(full.spans())
        .containsExactly(
            new DataRange(
                "raw",
                Optional.of("2028-02-26T00:00:00.000000Z"),
                Optional.of("2028-02-29T12:00:00.000000Z")),
            new DataRange(
                "packed",
                Optional.of("2028-02-25T03:00:00.000000Z"),
                Optional.of("2028-02-25T03:00:00.000000Z")),
            new DataRange(
                "hour",
                Optional.of("2028-02-29T11:00:00.000000Z"),
                Optional.of("2028-02-29T12:00:00.000000Z")),
            new DataRange("day", Optional.of("2028-01-01"), Optional.of("2028-01-02")));
    assertThat(full.traffic()).isEqualTo(new HeartbeatTraffic(2, 1, 2, 5, 360));
    assertThat(full.backlog()).isEqualTo(new MaintenanceBacklog(1, 1, 1, 30));
    assertThat(full.partitions())
        .filteredOn(partition -> partition.name().equals("heartbeat_20280226"))
        .singleElement()
        .satisfies(partition -> assertThat(partition.rows()).isPositive());
    assertThat(full.tables())
        .extracting(TableStatus::name)
        .contains("heartbeat", "heartbeat_pack", "client_day", "client");
    assertThat(full.tables()).allMatch(table -> table.bytes() > 0 && table.bytes() < full.bytes());
  }

  private StorageStatus readStatus(String now) {
    return await(
        StorageStatusReader.read(
            postgres.database(), Optional.of(Duration.ofDays(2)), Instant.parse(now)));
  }

  private void fill() {
    postgres.execute(
        "INSERT INTO client (client_id, user_id, name, declared_status) SELECT gen_random_uuid(),"
            + " 'ann', 'host ' || i, 'online' FROM generate_series(1, 2) i");
    await(
        postgres
            .database()
            .withDedicatedConnection(
                Duration.ofMinutes(1),
                sql -> Partitions.createMissing(sql, LocalDate.of(2028, 2, 29))));
    postgres.execute(
        "CREATE TABLE heartbeat_pack_20280225 PARTITION OF heartbeat_pack FOR VALUES FROM"
            + " ('2028-02-25Z') TO ('2028-02-26Z')");
    postgres.execute(
        "INSERT INTO heartbeat_pack (hour, client_ref, ms, cpu, mem, disk, net_up, net_down,"
            + " gpu_flags) SELECT '2028-02-25T03:00Z', client_ref, '{1}', '{1}', '{1}', '{1}',"
            + " '{1}', '{1}', '{1}' FROM client");
    postgres.execute(
        "INSERT INTO heartbeat SELECT ts, 1, 2, client_ref, 0, 0, 0, 0 FROM client,"
            + " unnest('{2028-02-26Z, 2028-02-28Z, 2028-02-29T12:00:00Z}'::timestamptz[]) ts");
    postgres.execute(
        "INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum,"
            + " disk_sum, slot_mask) SELECT min(client_ref), '2028-02-29T11:00Z'::timestamptz,"
            + " now(), 360, 0, 0, 0, 0, 0, 0 FROM client UNION ALL SELECT min(client_ref),"
            + " '2028-02-29T12:00Z', now(), 5, 0, 0, 0, 0, 0, 0 FROM client");
    postgres.execute(
        "INSERT INTO client_day SELECT now(), 0, 0, client_ref, d::date, 1, 1, 1, 1, 1 FROM client,"
            + " generate_series('2028-01-01'::date, '2028-01-02', '1 day') d");
    postgres.execute(
        "INSERT INTO client_day_stale SELECT min(client_ref), '2028-02-28' FROM client");
    postgres.execute(
        "INSERT INTO device_hour_stale SELECT min(client_ref), '2028-02-28T03:00Z' FROM client");
    postgres.execute(
        "INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen) SELECT"
            + " min(client_ref), now(), now(), '2028-02-29T12:00:00Z'::timestamptz FROM client");
    postgres.execute("UPDATE client_rollup SET rolled_up_at = '2028-02-29T12:00:00Z'");
  }
}
