package io.muster.registry.model;

/** The statements about models. Every value is bound. */
final class ModelSql {
  /**
   * $1 name, $2 version, $3 version code, $4 engine type, $5 true if active, or null, $6 least main
   * memory in MB or null, $7 least GPU memory in GB or null, $8 now.
   */
  static final String REGISTER =
      """
      INSERT INTO model AS m
        (name, version, version_code, engine_type, is_active, min_memory_mb, min_gpu_memory_gb, created_at)
      VALUES ($1, $2, $3, $4, coalesce($5::boolean, true), $6, $7, $8)
      ON CONFLICT (name, version) DO UPDATE
        SET version_code = EXCLUDED.version_code, engine_type = EXCLUDED.engine_type,
            is_active = coalesce($5::boolean, m.is_active),
            min_memory_mb = EXCLUDED.min_memory_mb, min_gpu_memory_gb = EXCLUDED.min_gpu_memory_gb\
      """;

  private static final String LIST =
      """
      SELECT id, name, version, version_code, is_active, min_memory_mb, min_gpu_memory_gb, created_at FROM model
      /* filter */
      ORDER BY coalesce(min_gpu_memory_gb, 0) DESC, version_code DESC, created_at DESC, id DESC
      LIMIT $1::bigint OFFSET $2::bigint\
      """;

  private ModelSql() {}

  /**
   * $1 limit or null, $2 offset, and the parameters of the filter.
   *
   * @param filter conditions; each combination of conditions has a separate statement text
   */
  static String list(String filter) {
    return LIST.replace("/* filter */", filter);
  }
}
