package io.muster.aggregator.rollup;

/**
 * The statements of a roll-up, in the order of their execution. Every value is bound. All values
 * that they write are assigned, never added up: a repeated roll-up changes nothing.
 *
 * <p>A client is rolled up until a roll-up has run more than five minutes after the client was last
 * seen, so that nothing depends on the order of commits, on clocks that differ a little, or on
 * slots that have not ended: after midnight, for example, the day before is rolled up again for
 * five minutes.
 */
final class RollupSql {
  /**
   * JIT compilation is not worthwhile: the planner may expect a thousand times more rows than there
   * are.
   */
  static final String DISABLE_JIT = "SET LOCAL jit = off";

  /**
   * The past days with changed hours, with the version of their entries; true if the day has
   * changed since the last roll-up of any client; the instant of the last roll-up. $1 midnight, $2
   * limit of the days.
   */
  static final String SELECT_WORK =
      """
      SELECT array_agg(client_ref) AS refs, array_agg(day) AS days, array_agg(version) AS versions,
        EXISTS (SELECT FROM client_state WHERE folded_at < $1::timestamptz + interval '5 min'
          OR uptime_y_day IS DISTINCT FROM ($1 AT TIME ZONE 'UTC')::date - 1) AS day_changed,
        (SELECT max(folded_at) FROM client_state) AS folded_at, min(day) AS oldest
      FROM (SELECT client_ref, day, xmin::text AS version FROM client_day_stale ORDER BY day, client_ref LIMIT $2) x\
      """;

  private static final String DAY_SUMS =
      """
      max(h.last_ts) AS last_ts, sum(h.net_up)::bigint AS net_up, sum(h.net_down)::bigint AS net_down, sum(h.n)::int AS n,
        sum(h.cpu_sum) AS cpu_sum, sum(h.mem_sum) AS mem_sum, sum(h.disk_sum) AS disk_sum,
        sum(bit_count(h.slot_mask::bit(32))::int)::smallint AS slots\
      """;

  /**
   * Rows of {@code rolled} that are new or differ, found through the index regardless of the
   * planner's estimates.
   */
  private static final String CHANGED_DAYS =
      """
      changed AS MATERIALIZED (
        SELECT f.*, o.client_ref IS NULL AS is_new
        FROM rolled f LEFT JOIN LATERAL (
          SELECT * FROM client_day d WHERE d.client_ref = f.client_ref AND d.day = f.day OFFSET 0) o ON true
        WHERE (o.last_ts, o.net_up, o.net_down, o.n, o.cpu_sum, o.mem_sum, o.disk_sum, o.slots)
          IS DISTINCT FROM (f.last_ts, f.net_up, f.net_down, f.n, f.cpu_sum, f.mem_sum, f.disk_sum, f.slots)),
      days AS (
        INSERT INTO client_day (client_ref, day, last_ts, net_up, net_down, n, cpu_sum, mem_sum, disk_sum, slots)
        SELECT client_ref, day, last_ts, net_up, net_down, n, cpu_sum, mem_sum, disk_sum, slots FROM changed
        ON CONFLICT (client_ref, day) DO UPDATE SET last_ts = excluded.last_ts, net_up = excluded.net_up,
          net_down = excluded.net_down, n = excluded.n, cpu_sum = excluded.cpu_sum, mem_sum = excluded.mem_sum,
          disk_sum = excluded.disk_sum, slots = excluded.slots)\
      """;

  /**
   * Rolls up the days with changed hours, and for clients whose last roll-up was on another day,
   * all days since. $1 midnight, $2 and $3 clients and days with changed hours. Returns the clients
   * of days that are new, and the number of changed days.
   */
  static final String ROLL_UP_PAST_DAYS =
      """
      WITH past AS MATERIALIZED (
        SELECT client_ref, day FROM unnest($2::int[], $3::date[]) AS t (client_ref, day)
        WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date
        UNION
        SELECT s.client_ref, b.since + i
        FROM client_state s
          CROSS JOIN LATERAL (
            SELECT (greatest(s.folded_at - interval '5 min', s.first_ts) AT TIME ZONE 'UTC')::date AS since) b
          CROSS JOIN LATERAL generate_series(0, ($1 AT TIME ZONE 'UTC')::date - 1 - b.since) i
        WHERE s.folded_at < $1 + interval '5 min'),
      rolled AS (
        SELECT p.client_ref, p.day, %s
        FROM past p JOIN client_hour h ON h.client_ref = p.client_ref
          AND h.hour >= p.day::timestamp AT TIME ZONE 'UTC' AND h.hour < (p.day + 1)::timestamp AT TIME ZONE 'UTC'
        GROUP BY p.client_ref, p.day),
      %s
      SELECT array_agg(client_ref) FILTER (WHERE is_new) AS fresh, count(*)::int AS days FROM changed\
      """
          .formatted(DAY_SUMS, CHANGED_DAYS);

  /**
   * Rolls up today, and then the states, which it locks from then on, in the same order as ingest
   * does. $1 now, $2 midnight, $3 start of the hour, $4 its slots that have ended, $5 clients with
   * changed past days, $6 clients of days that are new, one entry for each. States whose past days
   * may have changed lose the day of their uptime. Returns the number of changed clients and days.
   */
  static final String ROLL_UP_TODAY =
      """
      WITH rolled AS MATERIALIZED (
        SELECT h.client_ref, ($2::timestamptz AT TIME ZONE 'UTC')::date AS day, %s,
          coalesce(sum(bit_count((h.slot_mask & CASE WHEN h.hour > $3 THEN -1 ELSE ~$4::int END)::bit(32))::int)
            FILTER (WHERE h.hour >= $3::timestamptz), 0) AS slots_open
        FROM client_hour h WHERE h.hour >= $2 AND h.hour < $2 + interval '1 day'
        GROUP BY h.client_ref),
      %s,
      outdated AS MATERIALIZED (
        SELECT s.client_ref, s.last_ts, s.disk, s.mem, s.device_count, s.warn_mask,
          s.last_seen > s.folded_at - interval '5 min' AS seen,
          s.folded_at < $2 + interval '5 min' OR s.client_ref = ANY ($5::int[]) AS past_changed
        FROM client_state s
        WHERE s.last_seen > s.folded_at - interval '5 min' OR s.folded_at < $2 + interval '5 min'
          OR s.folded_at > $1::timestamptz OR s.client_ref = ANY ($5) OR s.client_ref IN (SELECT client_ref FROM changed)),
      fresh AS (
        SELECT client_ref, count(*) AS days
        FROM (SELECT client_ref FROM changed WHERE is_new UNION ALL SELECT unnest($6::int[])) x GROUP BY client_ref),
      %s,
      result AS MATERIALIZED (
        SELECT d.client_ref, coalesce(f.slots - f.slots_open, 0) AS slots, coalesce(n.days, 0) AS days,
          coalesce(w.mask, d.warn_mask) AS mask, d.past_changed
        FROM outdated d LEFT JOIN rolled f USING (client_ref) LEFT JOIN fresh n USING (client_ref)
          LEFT JOIN warned w USING (client_ref)),
      locked AS MATERIALIZED (
        SELECT r.* FROM client_state s JOIN result r USING (client_ref) ORDER BY s.client_ref FOR NO KEY UPDATE OF s),
      states AS (
        UPDATE client_state s SET folded_at = $1, slots_today = r.slots, uptime_days = s.uptime_days + r.days,
          warn_mask = r.mask, uptime_y_day = CASE WHEN r.past_changed THEN NULL ELSE s.uptime_y_day END
        FROM locked r WHERE s.client_ref = r.client_ref RETURNING 1)
      SELECT (SELECT count(*) FROM states)::int AS clients, (SELECT count(*) FROM changed)::int AS days\
      """
          .formatted(DAY_SUMS, CHANGED_DAYS, WarningSql.WARNED_CLIENTS);

  /**
   * Updates the values of past days in the states of clients without the uptime of yesterday. $1
   * today.
   */
  static final String UPDATE_UPTIME_WINDOW =
      """
      UPDATE client_state s SET slots_before = coalesce(w.slots, 0), uptime_y_day = $1::date - 1,
        uptime_y = CASE WHEN w.yesterday IS NOT NULL THEN least(100, round(100.0 * w.yesterday / CASE
          WHEN (s.first_ts AT TIME ZONE 'UTC')::date = $1::date - 1
          THEN 720 - floor(extract(epoch FROM s.first_ts - date_trunc('day', s.first_ts, 'UTC')) / 120) ELSE 720 END)) END
      FROM client_state u CROSS JOIN LATERAL (
        SELECT sum(d.slots) AS slots, max(d.slots) FILTER (WHERE d.day = $1::date - 1) AS yesterday
        FROM client_day d WHERE d.client_ref = u.client_ref AND d.day >= $1::date - 29 AND d.day < $1::date) w
      WHERE u.uptime_y_day IS DISTINCT FROM $1::date - 1 AND s.client_ref = u.client_ref\
      """;

  /**
   * Deletes the entries of the days that were rolled up, except those that have changed since or
   * are being changed. $1 to $3 clients, days and versions.
   */
  static final String DELETE_STALE_DAYS =
      """
      WITH free AS MATERIALIZED (
        SELECT s.client_ref, s.day
        FROM client_day_stale s JOIN unnest($1::int[], $2::date[], $3::text[]) AS r (client_ref, day, version)
          ON s.client_ref = r.client_ref AND s.day = r.day AND s.xmin::text = r.version
        FOR UPDATE OF s SKIP LOCKED)
      DELETE FROM client_day_stale s USING free f WHERE s.client_ref = f.client_ref AND s.day = f.day\
      """;

  private RollupSql() {}
}
