package io.muster.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Writes rows as the aggregator does, and queries the tables. */
public record RegistryTables(Database database) {
  private static final int TIMEOUT_SECONDS = 60;

  public static <T> T await(Future<T> future) {
    return future.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).await();
  }

  /** Waits for the call, which must fail with the code. */
  public static void assertFails(Future<?> call, Code code) {
    assertThatThrownBy(() -> await(call))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private static final String COLLECT_DEVICES =
      """
      UPDATE client_state s SET devices_at = s.last_ts, device_refs = d.refs,
        device_usage = array_fill(NULL::smallint, d.size), device_mem = array_fill(NULL::smallint, d.size),
        device_temp = array_fill(NULL::smallint, d.size), device_power = array_fill(NULL::int, d.size)
      FROM (
        SELECT client_ref, array_agg(device_ref ORDER BY device_index, device_ref) AS refs, ARRAY[count(*)::int] AS size
        FROM device JOIN client_state USING (client_ref) WHERE updated_at = last_ts GROUP BY client_ref) d
      WHERE s.client_ref = d.client_ref\
      """;

  /**
   * Stores a heartbeat of a client that reports no accelerator; the first also sets the instant of
   * its first heartbeat.
   */
  public void recordHeartbeat(String clientId, Instant at) {
    execute(
        "INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen, cpu, mem, disk,"
            + " device_refs)"
            + " SELECT client_ref, $2, $2, $2, 11, 22, 33, '{}' FROM client WHERE client_id = $1"
            + " ON CONFLICT (client_ref) DO UPDATE SET last_ts = excluded.last_ts, last_seen ="
            + " excluded.last_seen, device_refs = excluded.device_refs",
        ClientId.toUuid(clientId),
        at.atOffset(ZoneOffset.UTC));
  }

  /** Stores the counts of a roll-up for a client that has reported. */
  public void recordRollup(String clientId, Instant at, int slotsBefore, int slotsToday) {
    execute(
        "UPDATE client_state SET folded_at = $2, slots_before = $3, slots_today = $4"
            + " WHERE client_ref = (SELECT client_ref FROM client WHERE client_id = $1)",
        ClientId.toUuid(clientId),
        at.atOffset(ZoneOffset.UTC),
        slotsBefore,
        (short) slotsToday);
  }

  /** Adds an accelerator, with its name only, to the newest heartbeat of a client. */
  public void insertDevice(String clientId, int index, String name) {
    execute(
        "INSERT INTO device (client_ref, device_uuid, device_index, name, updated_at)"
            + " SELECT client_ref, gen_random_uuid()::text, $2, $3, last_ts"
            + " FROM client JOIN client_state USING (client_ref) WHERE client_id = $1",
        ClientId.toUuid(clientId),
        (short) index,
        name);
    collectDevices();
  }

  /** Makes the accelerators as new as the newest heartbeat of their client those that it has. */
  public void collectDevices() {
    execute(COLLECT_DEVICES);
  }

  /** Sets a column of a client to a literal. */
  public void setClientColumn(String clientId, String column, String literal) {
    execute(
        "UPDATE client SET " + column + " = " + literal + " WHERE client_id = $1",
        ClientId.toUuid(clientId));
  }

  /** Sets a column of the state of a client that has reported to a literal. */
  public void setStateColumn(String clientId, String column, String literal) {
    execute(
        "UPDATE client_state SET "
            + column
            + " = "
            + literal
            + " WHERE client_ref = (SELECT client_ref FROM client WHERE client_id = $1)",
        ClientId.toUuid(clientId));
  }

  /** Returns the first value of the first row of a result as a text; empty if it is null. */
  public Optional<String> queryValue(String sql, Object... parameters) {
    return Optional.ofNullable(execute(sql, parameters).iterator().next().getValue(0))
        .map(String::valueOf);
  }

  /** Runs one statement. */
  public RowSet<Row> execute(String sql, Object... parameters) {
    return await(
        database.withConnection(
            connection ->
                connection.preparedQuery(sql).execute(Tuple.from(Arrays.asList(parameters)))));
  }
}
