package io.muster.registry.client;

/** The statements about clients. Every value is bound. */
final class ClientSql {
  /**
   * $1 client id, $2 user id, $3 name, $4 operating system or null, $5 status, $6 now; no row if
   * another user owns the client.
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
      RETURNING client_ref\
      """;

  /**
   * The same parameters. The host's settings determine its owner; values that a person edited are
   * kept.
   */
  static final String ANNOUNCE =
      """
      INSERT INTO client AS t (client_id, user_id, name, os_type, declared_status, declared_at, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $6, $6)
      ON CONFLICT (client_id) DO UPDATE
        SET user_id = EXCLUDED.user_id, os_type = coalesce(t.os_type, EXCLUDED.os_type), updated_at = EXCLUDED.updated_at
        WHERE t.user_id <> EXCLUDED.user_id OR (t.os_type IS NULL AND EXCLUDED.os_type IS NOT NULL)\
      """;

  /** $1 client id, $2 user id; no row if the user has no such client. */
  static final String FIND_OWNED =
      "SELECT client_ref FROM client WHERE client_id = $1 AND user_id = $2";

  /**
   * $1 client id, $2 user id, $3 name, $4 operating system, $5 status, $6 valid status, each of
   * these four null if it does not change, $7 now; no row if the user has no such client.
   */
  static final String EDIT =
      """
      UPDATE client
      SET name = coalesce($3::text, name), os_type = coalesce($4::text, os_type),
        declared_status = coalesce($5::text, declared_status),
        declared_at = CASE WHEN $5::text IS NULL THEN declared_at ELSE $7 END,
        valid_status = coalesce($6::text, valid_status), updated_at = $7
      WHERE client_id = $1 AND user_id = $2
      RETURNING client_ref\
      """;

  /** The columns that a {@link ClientRow} reads, of client c and its state s, if it has one. */
  private static final String COLUMNS =
      """
      c.declared_status, s.warn_mask, s.first_ts, s.last_ts, s.last_seen, nullif(s.folded_at, '-infinity') AS folded_at,
        s.slots_before + s.slots_today AS slots, s.cpu, s.mem, s.disk, s.uptime_days\
      """;

  /**
   * $1 user id, $2 client id. One row for each current accelerator of the client, or one row with
   * nulls if it has none; no row if the user has no such client or the client is not valid.
   */
  static final String DETAIL =
      """
      SELECT /* columns */,
        d.device_index, d.name AS device_name, d.mem_total_mb, d.temp, d.usage, d.mem_usage, d.power_w
      FROM client c LEFT JOIN client_state s USING (client_ref) LEFT JOIN client_device d USING (client_ref)
      WHERE c.user_id = $1 AND c.client_id = $2 AND c.valid_status = 'valid'
      ORDER BY d.device_index, d.device_ref\
      """
          .replace("/* columns */", COLUMNS);

  private static final String LIST =
      """
      WITH matched AS MATERIALIZED (
        SELECT * FROM (
          SELECT c.client_ref, c.client_id, c.name, c.os_type, c.created_at, round(s.tflops)::int AS tflops, /* columns */,
            CASE
              WHEN c.declared_status IN ('maintenance', 'error') THEN c.declared_status
              WHEN s.last_seen > $3::timestamptz - interval '300 s' AND (c.declared_status <> 'offline' OR s.last_seen > c.declared_at)
                THEN 'online'
              WHEN c.declared_status IN ('online', 'active') AND c.declared_at > $3::timestamptz - interval '300 s' THEN c.declared_status
              ELSE 'offline' END AS status
          FROM client c LEFT JOIN client_state s USING (client_ref)
          WHERE c.user_id = $1 AND c.valid_status = $2) c
        /* filter */),
      listed AS (
        SELECT m.*, d.name AS device_name
        FROM (SELECT * FROM matched ORDER BY created_at, client_ref LIMIT $4::bigint OFFSET $5::bigint) m
        LEFT JOIN LATERAL (
          SELECT d.name FROM client_device d WHERE d.client_ref = m.client_ref ORDER BY d.device_index LIMIT 1) d ON true)
      SELECT t.total, l.* FROM (SELECT count(*) AS total FROM matched) t FULL JOIN listed l ON false
      ORDER BY t.total, l.created_at, l.client_ref\
      """
          .replace("/* columns */", COLUMNS);

  private ClientSql() {}

  /**
   * $1 user id, $2 valid status, $3 now, $4 limit or null, $5 offset, and the parameters of the
   * filter. The first row contains only the {@code total} of all matches; the clients follow. The
   * effective status is computed by the query: no background job writes it.
   *
   * @param filter conditions on the columns {@code client_id}, {@code name} and {@code status};
   *     each combination has its own statement text, because with optional parameters PostgreSQL
   *     would estimate too few rows
   */
  static String list(String filter) {
    return LIST.replace("/* filter */", filter);
  }
}
