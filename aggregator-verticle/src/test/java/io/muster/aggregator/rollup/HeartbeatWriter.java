package io.muster.aggregator.rollup;

import static java.time.ZoneOffset.UTC;

import io.muster.schema.client.ClientId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.ToIntFunction;

/** Writes heartbeats as ingest does, with every column that roll-ups of days read. */
final class HeartbeatWriter {
  private static final String STORE =
      """
      WITH me AS (SELECT client_ref FROM client WHERE client_id = $1),
      ins AS (
        INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down)
        SELECT client_ref, ts, cpu, mem, disk, 7, 9 FROM me,
          unnest($2::timestamptz[], $3::int[], $4::int[], $5::int[]) AS i (ts, cpu, mem, disk)
        ON CONFLICT (client_ref, ts) DO NOTHING RETURNING *),
      hours AS (
        INSERT INTO client_hour AS h
          (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask)
        SELECT client_ref, date_trunc('hour', ts, 'UTC'), max(ts), count(*), sum(net_up), sum(net_down), sum(cpu), sum(mem),
          sum(disk), bit_or(1 << extract(minute FROM ts AT TIME ZONE 'UTC')::int / 2)
        FROM ins GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (client_ref, hour) DO UPDATE SET
          last_ts = greatest(h.last_ts, excluded.last_ts), n = h.n + excluded.n, net_up = h.net_up + excluded.net_up,
          net_down = h.net_down + excluded.net_down, cpu_sum = h.cpu_sum + excluded.cpu_sum,
          mem_sum = h.mem_sum + excluded.mem_sum, disk_sum = h.disk_sum + excluded.disk_sum,
          slot_mask = h.slot_mask | excluded.slot_mask),
      stale AS (
        INSERT INTO client_day_stale AS t (client_ref, day)
        SELECT DISTINCT client_ref, (ts AT TIME ZONE 'UTC')::date FROM ins WHERE ts < date_trunc('day', $6::timestamptz, 'UTC')
        ORDER BY 1, 2 ON CONFLICT (client_ref, day) DO UPDATE SET day = excluded.day)
      INSERT INTO client_state AS s (client_ref, first_ts, last_ts, last_seen, cpu, mem, disk)
      SELECT client_ref, (SELECT min(ts) FROM ins), ts, CASE WHEN ts > $6 - interval '5 min' THEN $6 ELSE ts END, cpu, mem, disk
      FROM ins ORDER BY ins.ts DESC LIMIT 1
      ON CONFLICT (client_ref) DO UPDATE SET
        first_ts = least(s.first_ts, excluded.first_ts), last_ts = greatest(s.last_ts, excluded.last_ts),
        last_seen = greatest(s.last_seen, excluded.last_seen),
        cpu = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.cpu ELSE s.cpu END,
        mem = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.mem ELSE s.mem END,
        disk = CASE WHEN s.last_ts < excluded.last_ts THEN excluded.disk ELSE s.disk END\
      """;

  private HeartbeatWriter() {}

  /**
   * Stores one batch.
   *
   * @param now time of the server's clock
   */
  static Future<Void> store(
      SqlConnection sql, String clientId, Instant now, List<StoredHeartbeat> heartbeats) {
    var id = ClientId.toUuid(clientId);
    var batch =
        Tuple.tuple()
            .addUUID(id)
            .addArrayOfOffsetDateTime(
                heartbeats.stream()
                    .map(heartbeat -> heartbeat.at().atOffset(UTC))
                    .toArray(OffsetDateTime[]::new))
            .addArrayOfInteger(column(heartbeats, StoredHeartbeat::cpuPercent))
            .addArrayOfInteger(column(heartbeats, StoredHeartbeat::memoryPercent))
            .addArrayOfInteger(column(heartbeats, StoredHeartbeat::diskPercent))
            .addOffsetDateTime(now.atOffset(UTC));
    return sql.preparedQuery(STORE).execute(batch).mapEmpty();
  }

  private static Integer[] column(
      List<StoredHeartbeat> heartbeats, ToIntFunction<StoredHeartbeat> value) {
    return heartbeats.stream()
        .map(heartbeat -> value.applyAsInt(heartbeat))
        .toArray(Integer[]::new);
  }
}
