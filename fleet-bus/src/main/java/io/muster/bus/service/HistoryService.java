package io.muster.bus.service;

import io.muster.schema.history.ClientStat;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorQuery;
import io.vertx.core.Future;

/**
 * Queries of the stored history. Served by any aggregator; fails with {@code UNAVAILABLE} without a
 * database.
 */
public interface HistoryService {
  /** Returns the counts of the clients of one user. An unknown user has no clients. */
  Future<ClientStat> clientStat(String userId);

  /** Returns heartbeats of one user's clients as {@code HealthPoint}s, newest first. */
  Future<Pages<HealthHead>> clientHealth(HealthQuery query);

  /**
   * Returns days of one user's clients as {@code MonitorDay}s, newest first; clients without a day
   * last. The head is an empty text.
   */
  Future<Pages<String>> clientMonitor(MonitorQuery query);
}
