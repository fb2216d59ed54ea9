package io.muster.registry;

/**
 * The statements of the registry. Every value is bound. Each is shorter than 2,048 characters,
 * because the client library keeps no longer ones prepared.
 */
final class RegistrySql {
  /**
   * $1 client id, $2 user id, $3 name, $4 operating system or null, $5 status, $6 now; no row when
   * another user owns it.
   */
  static final String REGISTER =
      """
      INSERT INTO client AS t (client_id, user_id, name, os_type, declared_status, declared_at, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $6, $6)
      ON CONFLICT (client_id) DO UPDATE
        SET name = EXCLUDED.name, os_type = coalesce(EXCLUDED.os_type, t.os_type),
            declared_status = EXCLUDED.declared_status, declared_at = EXCLUDED.declared_at,
            updated_at = EXCLUDED.updated_at
        WHERE t.user_id = EXCLUDED.user_id
      RETURNING client_ref""";

  /** The same parameters. The host's own settings say whose it is; what a person edited stays. */
  static final String ANNOUNCE =
      """
      INSERT INTO client AS t (client_id, user_id, name, os_type, declared_status, declared_at, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $6, $6)
      ON CONFLICT (client_id) DO UPDATE
        SET user_id = EXCLUDED.user_id, os_type = coalesce(t.os_type, EXCLUDED.os_type), updated_at = EXCLUDED.updated_at
        WHERE t.user_id <> EXCLUDED.user_id OR (t.os_type IS NULL AND EXCLUDED.os_type IS NOT NULL)""";

  private static final String CLIENTS =
      """
      WITH shown AS (
        SELECT * FROM (
          SELECT c.client_ref, c.client_id, c.name, c.os_type, c.created_at, s.last_seen, s.cpu, s.mem, s.disk, s.tflops,
            CASE
              WHEN c.declared_status IN ('maintenance', 'error') THEN c.declared_status
              WHEN s.last_seen > $3::timestamptz - interval '300 s' AND (c.declared_status <> 'offline' OR s.last_seen > c.declared_at)
                THEN 'online'
              WHEN c.declared_status IN ('online', 'active') AND c.declared_at > $3::timestamptz - interval '300 s' THEN c.declared_status
              ELSE 'offline' END AS status
          FROM client c LEFT JOIN client_state s USING (client_ref)
          WHERE c.user_id = $1 AND c.valid_status = $2) c
        /* filter */),
      days AS (
        SELECT h.client_ref, date_trunc('day', h.hour, 'UTC') AS day, min(h.hour) AS first_hour, sum(bit_count((CASE
          WHEN h.hour + interval '1 h' <= $3::timestamptz THEN h.slot_mask
          ELSE h.slot_mask & (1 << extract(minute FROM $3::timestamptz AT TIME ZONE 'UTC')::int / 2) - 1 END)::bit(32))) AS slots
        FROM shown JOIN client_hour h USING (client_ref) WHERE h.hour <= $3::timestamptz GROUP BY 1, 2),
      heard AS (
        SELECT client_ref, count(*)::int AS days, min(first_hour) AS hour,
          (sum(slots) FILTER (WHERE day >= date_trunc('day', $3::timestamptz, 'UTC') - interval '29 days'))::int AS slots
        FROM days GROUP BY 1)
      SELECT c.*, round(c.tflops)::int AS tflops_rounded, d.name AS device_name, u.days, u.slots, u.hour, f.slot_mask
      FROM shown c
      LEFT JOIN client_device d ON d.client_ref = c.client_ref AND d.device_index = 0
      LEFT JOIN heard u ON u.client_ref = c.client_ref
      LEFT JOIN client_hour f ON f.client_ref = u.client_ref AND f.hour = u.hour
      ORDER BY c.created_at, c.client_ref""";

  private RegistrySql() {}

  /**
   * $1 user id, $2 valid status, $3 now, and the parameters of the filter. The status is evaluated
   * as it is read: no sweeper writes it. For health: the hour of the first heartbeat and its slots,
   * and how many slots with a heartbeat there were in the last 30 UTC days, of those that are over.
   *
   * @param filter conditions on the columns {@code client_id}, {@code name} and {@code status}; a
   *     text of its own for each combination, because with optional parameters PostgreSQL would
   *     expect few rows
   */
  static String clients(String filter) {
    return CLIENTS.replace("/* filter */", filter);
  }
}
