package io.muster.aggregator.history;

/** The statements that answer from history. Every value is bound. */
final class HistorySql {
  /**
   * $1 user id, $2 now. Uptime is that of yesterday (UTC): two-minute slots with a heartbeat, of
   * those since the first.
   */
  static final String CLIENT_STAT =
      """
      WITH yesterday AS (
        SELECT h.client_ref, sum(bit_count(h.slot_mask::bit(32))) AS slots, min(h.hour) AS first_hour,
          min(h.hour + interval '2 min' * bit_count((h.slot_mask - 1 & ~h.slot_mask)::bit(32))) AS first_slot
        FROM client c JOIN client_hour h USING (client_ref)
        WHERE c.user_id = $1 AND c.valid_status = 'valid'
          AND h.hour >= date_trunc('day', $2::timestamptz, 'UTC') - interval '1 day'
          AND h.hour < date_trunc('day', $2::timestamptz, 'UTC')
        GROUP BY h.client_ref),
      uptime AS (
        SELECT y.client_ref, least(100.0, 100.0 * y.slots / CASE
          WHEN EXISTS (SELECT FROM client_hour e WHERE e.client_ref = y.client_ref AND e.hour < y.first_hour) THEN 720
          ELSE extract(epoch FROM date_trunc('day', $2::timestamptz, 'UTC') - y.first_slot) / 120 END) AS percent
        FROM yesterday y)
      SELECT count(*)::int AS total,
        (count(*) FILTER (WHERE s.last_seen > $2::timestamptz - interval '120 s'))::int AS online,
        (count(*) FILTER (WHERE c.declared_status = 'maintenance'))::int AS maintenance,
        (count(*) FILTER (WHERE c.declared_status <> 'maintenance' AND (s.warn_mask <> 0 OR c.declared_status = 'error'
          OR (c.declared_status <> 'offline' AND s.last_seen <= $2::timestamptz - interval '120 s'
            AND s.last_seen > $2::timestamptz - interval '24 h'))))::int AS warnings,
        coalesce(sum(round(s.tflops)), 0)::bigint AS total_tflops,
        coalesce(round(avg(u.percent)), 0)::int AS uptime_rate
      FROM client c LEFT JOIN client_state s USING (client_ref) LEFT JOIN uptime u USING (client_ref)
      WHERE c.user_id = $1 AND c.valid_status = 'valid'""";

  /**
   * $1 user id, $2 from, $3 until, $4 how many hours of clients are looked at: how many heartbeats,
   * minutes and hours there are at most.
   */
  static final String HEALTH_EXTENT =
      """
      SELECT coalesce(sum(n), 0)::bigint AS beats, coalesce(sum(least(n, 60)), 0)::bigint AS minutes, count(*) AS hours
      FROM (
        SELECT h.n FROM client c JOIN client_hour h USING (client_ref)
        WHERE c.user_id = $1 AND c.valid_status = 'valid'
          AND h.hour >= date_trunc('hour', $2::timestamptz, 'UTC') AND h.hour < $3
        LIMIT $4) x""";

  /** $1 user id, $2 from, $3 until. */
  static final String HEALTH_RAW =
      """
      SELECT c.client_id, c.name, h.ts, h.cpu::int AS cpu, h.mem::int AS mem, h.disk::int AS disk, h.net_up, h.net_down
      FROM client c JOIN heartbeat h USING (client_ref)
      WHERE c.user_id = $1 AND c.valid_status = 'valid' AND h.ts >= $2 AND h.ts < $3
      ORDER BY h.ts DESC, c.client_ref""";

  /** The same parameters, one row for each client and minute. */
  static final String HEALTH_MINUTES =
      """
      SELECT c.client_id, c.name, max(h.ts) AS ts, round(avg(h.cpu))::int AS cpu, round(avg(h.mem))::int AS mem,
        round(avg(h.disk))::int AS disk, least(sum(h.net_up), 1e18)::bigint AS net_up, least(sum(h.net_down), 1e18)::bigint AS net_down
      FROM client c JOIN heartbeat h USING (client_ref)
      WHERE c.user_id = $1 AND c.valid_status = 'valid' AND h.ts >= $2 AND h.ts < $3
      GROUP BY c.client_ref, c.client_id, c.name, date_bin('60 s', h.ts, '2000-01-01Z')
      ORDER BY ts DESC, c.client_ref""";

  /** The same parameters, one row for each client and hour whose last heartbeat is in the range. */
  static final String HEALTH_HOURS =
      """
      SELECT c.client_id, c.name, h.last_ts AS ts, round(h.cpu_sum::numeric / h.n)::int AS cpu,
        round(h.mem_sum::numeric / h.n)::int AS mem, round(h.disk_sum::numeric / h.n)::int AS disk, h.net_up, h.net_down
      FROM client c JOIN client_hour h USING (client_ref)
      WHERE c.user_id = $1 AND c.valid_status = 'valid'
        AND h.hour >= date_trunc('hour', $2::timestamptz, 'UTC') AND h.hour < $3 AND h.last_ts >= $2 AND h.last_ts < $3
      ORDER BY ts DESC, c.client_ref""";

  private static final String OWNER = "c.user_id = $1";

  private HistorySql() {}

  /**
   * The same statement for one client, whose id is one parameter more. A text of its own: with an
   * optional parameter PostgreSQL would plan for all clients.
   *
   * @param parameter its number
   */
  static String ofOneClient(String statement, int parameter) {
    return statement.replace(OWNER, OWNER + " AND c.client_id = $" + parameter);
  }
}
