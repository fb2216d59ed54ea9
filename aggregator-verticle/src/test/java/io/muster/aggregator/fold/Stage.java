package io.muster.aggregator.fold;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;

import io.muster.aggregator.History;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

/** Clients that tell, and a fold, on an empty database and a clock that is turned by hand. */
final class Stage {
  final History history;
  final PostgresFold fold;
  Instant now = NOON;

  private final Database database;

  Stage(Database database) {
    this.database = database;
    this.history = new History(database);
    this.fold = new PostgresFold(database, () -> now);
    history.rows("TRUNCATE client, client_hour, client_day, heartbeat CASCADE");
  }

  Folded fold() {
    return await(fold.fold()).orElseThrow();
  }

  void tell(String client, Instant... instants) {
    tell(client, now, Arrays.stream(instants).map(Told::at).toList());
  }

  void tell(String client, Instant at, List<Told> beats) {
    await(database.withConnection(sql -> Teller.tell(sql, client, at, beats)));
  }

  void day(String client, LocalDate day, int slots) {
    history.rows(
        "INSERT INTO client_day SELECT now(), 0, 0, client_ref, $2, 1, 0, 0, 0, $3 FROM client"
            + " WHERE client_id = $1",
        ClientId.toUuid(client),
        day,
        (short) slots);
  }

  List<String> days(String client) {
    var columns = "day, n, cpu_sum, mem_sum, disk_sum, net_up, net_down, slots";
    return history.of(client, columns, "client_day").stream()
        .map(row -> row.substring(1, row.length() - 1))
        .toList();
  }

  String uptime(String client) {
    return state(client, "uptime_y, uptime_y_day");
  }

  String state(String client, String columns) {
    return history.of(client, columns, "client_state").get(0);
  }

  List<String> stale() {
    return history.rows("SELECT * FROM client_day_stale");
  }
}
