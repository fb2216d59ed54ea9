package io.muster.aggregator.rollup;

import static io.muster.schema.client.Warning.DISK_CRITICAL;
import static io.muster.schema.client.Warning.DISK_FULL;
import static io.muster.schema.client.Warning.GPU_CRITICAL;
import static io.muster.schema.client.Warning.GPU_FAULT;
import static io.muster.schema.client.Warning.GPU_HOT;
import static io.muster.schema.client.Warning.GPU_LOST;
import static io.muster.schema.client.Warning.MEMORY_FULL;

import io.muster.schema.client.Warning;
import java.util.List;

/**
 * The part of a roll-up that sets and clears the stored warnings of a client.
 *
 * <p>It examines only clients that were seen since five minutes before the previous roll-up and
 * have a warning, or whose newest heartbeat is near a limit. {@code base} is the newest of their
 * heartbeats that is at least five minutes older than the newest: a condition has held for five
 * minutes if the last heartbeat that contradicts it came before {@code base}. For a client without
 * such a heartbeat, no condition has held or ended for five minutes.
 */
final class WarningSql {
  /** {@code warned}, of {@code outdated}: each examined client with its mask. */
  static final String WARNED_CLIENTS =
      """
      known AS (
        SELECT client_ref, count(*) AS devices FROM device WHERE updated_at >= $3 - interval '24 h' GROUP BY client_ref),
      newest AS (
        SELECT d.*, coalesce((
            SELECT b.gpu_flags FROM heartbeat b WHERE b.client_ref = d.client_ref AND b.ts = d.last_ts), 0) AS flags,
          CASE WHEN d.device_count < k.devices THEN (
            SELECT max(h.gpu_max) FROM client_hour h
            WHERE h.client_ref = d.client_ref AND h.hour >= $3 - interval '24 h') END AS most
        FROM outdated d LEFT JOIN known k USING (client_ref) WHERE seen OFFSET 0),
      warned AS (
        SELECT c.client_ref, %s AS mask
        FROM newest c CROSS JOIN LATERAL (
          SELECT max(b.ts) FILTER (WHERE b.ts <= c.last_ts - interval '5 min') AS base,
            max(b.ts) FILTER (WHERE b.gpu_flags & 7 <> 0) AS warm, max(b.ts) FILTER (WHERE b.gpu_flags & 8 <> 0) AS fault,
            max(b.ts) FILTER (WHERE b.disk > 85) AS disk85, max(b.ts) FILTER (WHERE b.disk > 90) AS disk90,
            max(b.ts) FILTER (WHERE b.mem > 90) AS mem90, max(b.ts) FILTER (WHERE b.mem < 95) AS mem95,
            coalesce((array_agg(b.gpu_flags & 1 ORDER BY b.ts DESC))[1:3] = '{1,1,1}', false) AS hot
          FROM heartbeat b
          WHERE b.client_ref = c.client_ref AND b.ts > c.last_ts - interval '10 min' AND b.ts <= c.last_ts) w
        WHERE c.warn_mask <> 0 OR c.flags <> 0 OR c.disk >= 90 OR c.mem >= 95 OR c.device_count < c.most)\
      """
          .formatted(
              String.join(
                  " | ",
                  List.of(
                      bitExpression(GPU_HOT, "w.hot OR c.flags & 2 <> 0", holdsCondition("warm")),
                      bitExpression(GPU_CRITICAL, "c.flags & 2 <> 0", holdsCondition("warm")),
                      bitExpression(GPU_FAULT, "c.flags & 8 <> 0", holdsCondition("fault")),
                      bitExpression(GPU_LOST, "c.device_count < c.most", "true"),
                      bitExpression(DISK_FULL, "c.disk >= 90", holdsCondition("disk85")),
                      bitExpression(DISK_CRITICAL, "c.disk >= 95", holdsCondition("disk90")),
                      bitExpression(
                          MEMORY_FULL, holdsCondition("mem95"), holdsCondition("mem90")))));

  private WarningSql() {}

  /**
   * Returns an expression for the bit of a warning, which is set from the raise condition until the
   * clear condition is true.
   */
  private static String bitExpression(
      Warning warning, String raiseCondition, String clearCondition) {
    return "CASE WHEN %2$s THEN %1$d WHEN %3$s THEN 0 ELSE c.warn_mask & %1$d END"
        .formatted(warning.bit(), raiseCondition, clearCondition);
  }

  /**
   * Returns the condition that no heartbeat of the last five minutes contradicts.
   *
   * @param column column with the last heartbeat that contradicts it
   */
  private static String holdsCondition(String column) {
    return "coalesce(w.%s < w.base, w.base IS NOT NULL)".formatted(column);
  }
}
