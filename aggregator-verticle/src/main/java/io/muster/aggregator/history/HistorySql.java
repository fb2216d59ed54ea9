package io.muster.aggregator.history;

/** The statements of history queries. Every value is bound. */
final class HistorySql {
  /**
   * Counts of a fleet, from the client states alone. $1 user id, $2 instant after which an online
   * client was last seen, $3 instant after which a client with lost contact was last seen, $4
   * oldest day whose uptime counts, $5 true if clients that were silent all that day count as 0.
   */
  static final String CLIENT_STAT =
      """
      SELECT count(*)::int AS total, (count(*) FILTER (WHERE s.last_seen > $2::timestamptz))::int AS online,
        (count(*) FILTER (WHERE c.declared_status = 'maintenance'))::int AS maintenance,
        (count(*) FILTER (WHERE c.declared_status <> 'maintenance' AND (s.warn_mask <> 0 OR c.declared_status = 'error'
          OR (s.uptime_y < 90 AND s.uptime_y_day >= $4::date)
          OR (s.last_seen > $3::timestamptz AND s.last_seen <= $2 AND c.declared_status <> 'offline'))))::int AS warnings,
        coalesce(sum(round(s.tflops)), 0)::bigint AS total_tflops,
        coalesce(round(sum(s.uptime_y) FILTER (WHERE s.uptime_y_day >= $4)::numeric / nullif(count(*) FILTER (
          WHERE s.uptime_y_day >= $4 AND (s.uptime_y IS NOT NULL OR $5::boolean AND s.first_ts < s.uptime_y_day + 1)), 0)), 0)::int
          AS uptime_rate
      FROM client c LEFT JOIN client_state s USING (client_ref)
      WHERE c.user_id = $1 AND c.valid_status = 'valid'\
      """;

  /**
   * The extent of the heartbeats in a range. $1 user id, $2 from, $3 until, $4 limit of the client
   * hours that are read. Returns the number of clients that have ever reported, and the last
   * instant at which one did; the number of heartbeats, minutes (an upper bound) and hours, and the
   * oldest hour, of the hours that were read; the start of the stored hours, and of the stored
   * single heartbeats.
   */
  static final String HEALTH_EXTENT =
      """
      WITH owned AS MATERIALIZED (
        SELECT c.client_ref FROM client c WHERE c.user_id = $1 AND c.valid_status = 'valid'),
      reported AS (
        SELECT count(*)::int AS clients, max(s.last_ts) AS last_ts FROM owned JOIN client_state s USING (client_ref)),
      sampled AS (
        SELECT coalesce(sum(n), 0)::bigint AS heartbeats, coalesce(sum(least(n, 60)), 0)::bigint AS minutes, count(*) AS hours,
          min(hour) AS oldest
        FROM (
          SELECT h.n, h.hour FROM owned m CROSS JOIN LATERAL (
            SELECT h.n, h.hour FROM client_hour h
            WHERE h.client_ref = m.client_ref AND h.hour >= date_trunc('hour', $2::timestamptz, 'UTC')
              AND h.hour < $3::timestamptz
            LIMIT $4) h
          LIMIT $4) x),
      stored AS (
        SELECT min(since) FILTER (WHERE inhparent = 'client_hour'::regclass) AS hours_since,
          min(since) FILTER (WHERE inhparent <> 'client_hour'::regclass) AS raw_since
        FROM (
          SELECT i.inhparent, substring(pg_get_expr(p.relpartbound, p.oid) FROM '''([^'']+)''')::timestamptz AS since
          FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid
          WHERE i.inhparent IN ('heartbeat'::regclass, 'heartbeat_pack'::regclass, 'client_hour'::regclass)) x)
      SELECT * FROM reported, sampled, stored\
      """;

  /** Single heartbeats of client {@code c}, raw and compacted. */
  private static final String HEARTBEATS =
      """
      CROSS JOIN LATERAL (
        SELECT h.ts, h.cpu, h.mem, h.disk, h.net_up, h.net_down FROM heartbeat h
        WHERE h.client_ref = c.client_ref AND h.ts >= $2 AND h.ts < $3
        UNION ALL
        SELECT p.hour + u.ms * interval '1 ms', u.cpu, u.mem, u.disk, u.net_up, u.net_down
        FROM heartbeat_pack p, unnest(p.ms, p.cpu, p.mem, p.disk, p.net_up, p.net_down) AS u (ms, cpu, mem, disk, net_up, net_down)
        WHERE p.client_ref = c.client_ref AND p.hour >= date_trunc('hour', $2::timestamptz, 'UTC') AND p.hour < $3::timestamptz
          AND p.hour + u.ms * interval '1 ms' >= $2 AND p.hour + u.ms * interval '1 ms' < $3) h\
      """;

  /** Single heartbeats, the newest first. $1 user id, $2 from, $3 until. */
  static final String HEALTH_RAW =
      """
      SELECT c.client_id, c.name, h.ts, h.cpu::int AS cpu, h.mem::int AS mem, h.disk::int AS disk, h.net_up, h.net_down
      FROM client c %s
      WHERE c.user_id = $1 AND c.valid_status = 'valid'
      ORDER BY h.ts DESC, c.client_ref\
      """
          .formatted(HEARTBEATS);

  /** One row for each client and minute, with the same parameters. */
  static final String HEALTH_MINUTES =
      """
      SELECT c.client_id, c.name, max(h.ts) AS ts, round(avg(h.cpu))::int AS cpu, round(avg(h.mem))::int AS mem,
        round(avg(h.disk))::int AS disk, least(sum(h.net_up), 1e18)::bigint AS net_up, least(sum(h.net_down), 1e18)::bigint AS net_down
      FROM client c %s
      WHERE c.user_id = $1 AND c.valid_status = 'valid'
      GROUP BY c.client_ref, c.client_id, c.name, date_bin('60 s', h.ts, '2000-01-01Z')
      ORDER BY ts DESC, c.client_ref\
      """
          .formatted(HEARTBEATS);

  /**
   * One row for each client and hour whose last heartbeat is in the range, with the same
   * parameters.
   */
  static final String HEALTH_HOURS =
      """
      SELECT c.client_id, c.name, h.last_ts AS ts, round(h.cpu_sum::numeric / h.n)::int AS cpu,
        round(h.mem_sum::numeric / h.n)::int AS mem, round(h.disk_sum::numeric / h.n)::int AS disk, h.net_up, h.net_down
      FROM client c JOIN client_hour h USING (client_ref)
      WHERE c.user_id = $1 AND c.valid_status = 'valid'
        AND h.hour >= date_trunc('hour', $2::timestamptz, 'UTC') AND h.hour < $3 AND h.last_ts >= $2 AND h.last_ts < $3
      ORDER BY ts DESC, c.client_ref\
      """;

  /** The number of clients, and the first and the last day that any of them has. $1 user id. */
  static final String MONITOR_EXTENT =
      """
      SELECT count(*)::int AS clients, min(f.day) AS first, max(l.day) AS last
      FROM client c
        LEFT JOIN LATERAL (SELECT d.day FROM client_day d WHERE d.client_ref = c.client_ref ORDER BY d.day LIMIT 1) f ON true
        LEFT JOIN LATERAL (SELECT d.day FROM client_day d WHERE d.client_ref = c.client_ref ORDER BY d.day DESC LIMIT 1) l ON true
      WHERE c.user_id = $1 AND c.valid_status = 'valid'\
      """;

  /** The days of clients, the newest first. $1 user id, $2 first day, $3 last day. */
  static final String MONITOR_DAYS =
      """
      SELECT c.client_id, c.name, c.created_at, c.updated_at, d.day, d.cpu_sum::float8 / d.n AS cpu,
        d.mem_sum::float8 / d.n AS mem, d.disk_sum::float8 / d.n AS disk, d.net_down, d.net_up, d.n, d.last_ts
      FROM client c JOIN client_day d USING (client_ref)
      WHERE c.user_id = $1 AND c.valid_status = 'valid' AND d.day >= $2 AND d.day <= $3
      ORDER BY d.day DESC, c.updated_at DESC, c.client_ref\
      """;

  /** Clients without a day, with the same columns. $1 user id. */
  static final String MONITOR_CLIENTS_WITHOUT_DAYS =
      """
      SELECT c.client_id, c.name, c.created_at, c.updated_at, null::date AS day, null::float8 AS cpu, null::float8 AS mem,
        null::float8 AS disk, null::bigint AS net_down, null::bigint AS net_up, null::int AS n, null::timestamptz AS last_ts
      FROM client c
      WHERE c.user_id = $1 AND c.valid_status = 'valid'
        AND NOT EXISTS (SELECT FROM client_day d WHERE d.client_ref = c.client_ref)
      ORDER BY c.updated_at DESC, c.client_ref\
      """;

  private static final String OWNER_CONDITION = "c.user_id = $1";

  private HistorySql() {}

  /**
   * Returns the same statement for one client, whose id is an additional parameter. It is a
   * separate text because with an optional parameter PostgreSQL would plan for all clients.
   *
   * @param parameterNumber number of the additional parameter
   */
  static String forOneClient(String statement, int parameterNumber) {
    return statement.replace(
        OWNER_CONDITION, OWNER_CONDITION + " AND c.client_id = $" + parameterNumber);
  }
}
