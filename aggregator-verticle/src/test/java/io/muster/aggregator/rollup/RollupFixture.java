package io.muster.aggregator.rollup;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;

import io.muster.aggregator.HistoryFixture;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

/** Clients with heartbeats, and a roll-up, on an empty database and a clock that the tests set. */
final class RollupFixture {
  final HistoryFixture history;
  final PostgresRollup rollup;
  Instant now = NOON;

  private final Database database;

  RollupFixture(Database database) {
    this.database = database;
    this.history = new HistoryFixture(database);
    this.rollup = new PostgresRollup(database, () -> now, stored -> {});
    history.query("TRUNCATE client, client_hour, client_day, heartbeat CASCADE");
  }

  RollupResult rollUp() {
    return await(rollup.rollUpIfDue(Duration.ZERO)).orElseThrow();
  }

  void store(String client, Instant... instants) {
    store(client, now, Arrays.stream(instants).map(StoredHeartbeat::of).toList());
  }

  void store(String client, Instant receivedAt, List<StoredHeartbeat> heartbeats) {
    await(
        database.withConnection(sql -> HeartbeatWriter.store(sql, client, receivedAt, heartbeats)));
  }

  void insertDay(String client, LocalDate day, int slots) {
    history.query(
        "INSERT INTO client_day SELECT now(), 0, 0, client_ref, $2, 1, 0, 0, 0, $3 FROM client"
            + " WHERE client_id = $1",
        ClientId.toUuid(client),
        day,
        (short) slots);
  }

  List<String> dayRows(String client) {
    var columns = "day, n, cpu_sum, mem_sum, disk_sum, net_up, net_down, slots";
    return history.clientRows(client, columns, "client_day").stream()
        .map(row -> row.substring(1, row.length() - 1))
        .toList();
  }

  String uptime(String client) {
    return state(client, "uptime_y, uptime_y_day");
  }

  String state(String client, String columns) {
    return history.clientRows(client, columns, "client_state").get(0);
  }

  List<String> staleDays() {
    return history.query("SELECT * FROM client_day_stale");
  }
}
