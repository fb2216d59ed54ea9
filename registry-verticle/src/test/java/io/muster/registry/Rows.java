package io.muster.registry;

import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** What the aggregator would have written, and what is in the tables. */
record Rows(Database database) {
  private static final int LIMIT_SECONDS = 60;

  static <T> T await(Future<T> future) {
    return future.timeout(LIMIT_SECONDS, TimeUnit.SECONDS).await();
  }

  /** A client was heard: its state. */
  void heard(String clientId, Instant lastSeen) {
    run(
        "INSERT INTO client_state AS s (client_ref, last_ts, last_seen, net_up, net_down, cpu, mem, disk)"
            + " SELECT client_ref, $2, $2, 1, 1, 11, 22, 33 FROM client WHERE client_id = $1"
            + " ON CONFLICT (client_ref) DO UPDATE SET last_seen = excluded.last_seen",
        ClientId.toUuid(clientId),
        lastSeen.atOffset(ZoneOffset.UTC));
  }

  /**
   * Hours with heartbeats.
   *
   * @param slots one bit for each two minutes
   */
  void hours(String clientId, Instant from, int hours, int slots) {
    run(
        """
        INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask)
        SELECT c.client_ref, h, h, 1, 1, 1, 1, 1, 1, $4::int
        FROM client c, generate_series($2::timestamptz, $2::timestamptz + ($3::int - 1) * interval '1 h', interval '1 h') h
        WHERE c.client_id = $1""",
        ClientId.toUuid(clientId),
        from.atOffset(ZoneOffset.UTC),
        hours,
        slots);
  }

  void device(String clientId, int index, String name) {
    run(
        "INSERT INTO client_device (client_ref, device_index, name, updated_at)"
            + " SELECT client_ref, $2::int, $3, now() FROM client WHERE client_id = $1",
        ClientId.toUuid(clientId),
        index,
        name);
  }

  /** Sets one column of a client to a literal. */
  void set(String clientId, String column, String literal) {
    run(
        "UPDATE client SET " + column + " = " + literal + " WHERE client_id = $1",
        ClientId.toUuid(clientId));
  }

  void run(String sql, Object... parameters) {
    await(
        database.with(
            connection ->
                connection.preparedQuery(sql).execute(Tuple.from(Arrays.asList(parameters)))));
  }
}
