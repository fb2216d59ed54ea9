package io.muster.aggregator.inventory;

import static io.muster.aggregator.History.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.History;
import io.muster.aggregator.inventory.Inventory.Backlog;
import io.muster.aggregator.inventory.Inventory.Span;
import io.muster.aggregator.inventory.Inventory.Table;
import io.muster.aggregator.inventory.Inventory.Traffic;
import io.muster.runtime.database.schema.Partitions;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StocktakingIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private final History history = new History(postgres.database());

  @Test
  void of_databaseWithData_tellsWhatIsThere() {
    var empty = inventory("2028-02-29T12:00:00Z");
    assertThat(empty.spans()).allMatch(span -> span.oldest().isEmpty() && span.newest().isEmpty());
    assertThat(empty.traffic()).isEqualTo(new Traffic(0, 0, 0, 0, 0));
    assertThat(empty.backlog()).isEqualTo(new Backlog(0, 0, OptionalLong.empty()));
    assertThat(empty.server()).startsWith("17.");
    assertThat(empty.schemaVersion()).isEqualTo(2);

    fill();
    var full = inventory("2028-02-29T12:00:30Z");

    assertThat(full.spans())
        .containsExactly(
            new Span(
                "raw",
                Optional.of("2028-02-26T00:00:00.000000Z"),
                Optional.of("2028-02-29T12:00:00.000000Z")),
            new Span(
                "packed",
                Optional.of("2028-02-25T03:00:00.000000Z"),
                Optional.of("2028-02-25T03:00:00.000000Z")),
            new Span(
                "hour",
                Optional.of("2028-02-29T11:00:00.000000Z"),
                Optional.of("2028-02-29T12:00:00.000000Z")),
            new Span("day", Optional.of("2028-01-01"), Optional.of("2028-01-02")));
    assertThat(full.traffic()).isEqualTo(new Traffic(2, 1, 2, 5, 360));
    assertThat(full.backlog()).isEqualTo(new Backlog(1, 1, OptionalLong.of(30)));
    assertThat(full.partitions())
        .filteredOn(part -> part.name().equals("heartbeat_20280226"))
        .singleElement()
        .satisfies(part -> assertThat(part.rows()).isPositive());
    assertThat(full.tables())
        .extracting(Table::name)
        .contains("heartbeat", "heartbeat_pack", "client_day", "client");
    assertThat(full.tables()).allMatch(table -> table.bytes() > 0 && table.bytes() < full.bytes());
  }

  private Inventory inventory(String now) {
    return await(
        Stocktaking.of(postgres.database(), Optional.of(Duration.ofDays(2)), Instant.parse(now)));
  }

  private void fill() {
    history.clients(2);
    await(
        postgres
            .database()
            .withDedicatedConnection(
                Duration.ofMinutes(1),
                sql -> Partitions.createMissing(sql, LocalDate.of(2028, 2, 29))));
    history.rows(
        "CREATE TABLE heartbeat_pack_20280225 PARTITION OF heartbeat_pack FOR VALUES FROM"
            + " ('2028-02-25Z') TO ('2028-02-26Z')");
    history.rows(
        "INSERT INTO heartbeat_pack (hour, client_ref, ms, cpu, mem, disk, net_up, net_down,"
            + " gpu_flags) SELECT '2028-02-25T03:00Z', client_ref, '{1}', '{1}', '{1}', '{1}',"
            + " '{1}', '{1}', '{1}' FROM client");
    history.rows(
        "INSERT INTO heartbeat SELECT ts, 1, 2, client_ref, 0, 0, 0, 0 FROM client,"
            + " unnest('{2028-02-26Z, 2028-02-28Z, 2028-02-29T12:00:00Z}'::timestamptz[]) ts");
    history.rows(
        "INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum,"
            + " disk_sum, slot_mask) SELECT min(client_ref), '2028-02-29T11:00Z'::timestamptz,"
            + " now(), 360, 0, 0, 0, 0, 0, 0 FROM client UNION ALL SELECT min(client_ref),"
            + " '2028-02-29T12:00Z', now(), 5, 0, 0, 0, 0, 0, 0 FROM client");
    history.rows(
        "INSERT INTO client_day SELECT now(), 0, 0, client_ref, d::date, 1, 1, 1, 1, 1 FROM client,"
            + " generate_series('2028-01-01'::date, '2028-01-02', '1 day') d");
    history.rows("INSERT INTO client_day_stale SELECT min(client_ref), '2028-02-28' FROM client");
    history.rows(
        "INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen, folded_at) SELECT"
            + " min(client_ref), now(), now(), '2028-02-29T12:00:00Z'::timestamptz,"
            + " '2028-02-29T12:00:00Z' FROM client");
  }
}
