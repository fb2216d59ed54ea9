package io.muster.registry;

/** The statements of the registry. Every value is bound. */
final class RegistrySql {
  /**
   * $1 client id, $2 user id, $3 name, $4 operating system or null, $5 status; no row when another
   * user owns it.
   */
  static final String REGISTER =
      """
      INSERT INTO client AS t (client_id, user_id, name, os_type, declared_status)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (client_id) DO UPDATE
        SET name = EXCLUDED.name, os_type = coalesce(EXCLUDED.os_type, t.os_type),
            declared_status = EXCLUDED.declared_status, declared_at = now(), updated_at = now()
        WHERE t.user_id = EXCLUDED.user_id
      RETURNING client_ref""";

  /** The same parameters. The host's own settings say whose it is; what a person edited stays. */
  static final String ANNOUNCE =
      """
      INSERT INTO client AS t (client_id, user_id, name, os_type, declared_status)
      VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (client_id) DO UPDATE
        SET user_id = EXCLUDED.user_id, os_type = coalesce(t.os_type, EXCLUDED.os_type), updated_at = now()
        WHERE t.user_id <> EXCLUDED.user_id OR t.os_type IS NULL""";

  /**
   * $1 user id, $2 valid status, $3 client id or null, $4 part of the name or null, $5 effective
   * status or null, $6 now. The status is evaluated as it is read: no sweeper writes it.
   */
  static final String CLIENTS =
      """
      SELECT * FROM (
        SELECT c.client_id, c.name, coalesce(c.os_type, '') AS os_type, coalesce(d.name, '') AS device_name,
          CASE
            WHEN c.declared_status IN ('maintenance', 'error') THEN c.declared_status
            WHEN s.last_seen > $6::timestamptz - interval '300 s'
              AND (c.declared_status <> 'offline' OR s.last_seen > c.declared_at) THEN 'online'
            WHEN c.declared_status IN ('online', 'active')
              AND c.declared_at > $6::timestamptz - interval '300 s' THEN c.declared_status
            ELSE 'offline'
          END AS status,
          coalesce(round(s.tflops), 0)::int AS tflops,
          coalesce(s.cpu, 0) AS cpu, coalesce(s.mem, 0) AS mem, coalesce(s.disk, 0) AS disk,
          coalesce(s.warn_mask, 0) AS warn_mask, s.last_seen, c.created_at, c.client_ref,
          coalesce(u.slots, 0)::int AS slots, u.first_slot, coalesce(u.days, 0)::int AS days
        FROM client c
        LEFT JOIN client_state s USING (client_ref)
        LEFT JOIN client_device d ON d.client_ref = c.client_ref AND d.device_index = 0
        LEFT JOIN LATERAL (
          SELECT sum(bit_count(h.slot_mask::bit(32))) FILTER (WHERE h.hour >= date_trunc('day', $6::timestamptz, 'UTC') - interval '29 days') AS slots,
            min(h.hour + interval '2 min' * round(log(2, (h.slot_mask & -h.slot_mask)::numeric)))
              FILTER (WHERE h.hour >= date_trunc('day', $6::timestamptz, 'UTC') - interval '29 days') AS first_slot,
            count(DISTINCT (h.hour AT TIME ZONE 'UTC')::date) AS days
          FROM client_hour h WHERE h.client_ref = c.client_ref) u ON true
        WHERE c.user_id = $1 AND c.valid_status = $2
          AND ($3::uuid IS NULL OR c.client_id = $3)
          AND ($4::text IS NULL OR position(lower($4) IN lower(c.name)) > 0)) x
      WHERE $5::text IS NULL OR status = $5
      ORDER BY created_at, client_ref""";

  private RegistrySql() {}
}
