package io.muster.bus.service;

import io.muster.schema.history.ClientStat;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorQuery;
import io.vertx.core.Future;

/**
 * Answers from what is remembered. Answered by any aggregator; fails with {@code UNAVAILABLE}
 * without a database.
 */
public interface HistoryService {
  /** The clients of one user, counted. An unknown user has none. */
  Future<ClientStat> clientStat(String userId);

  /** Heartbeats of one user's clients as {@code HealthPoint}s, newest first. */
  Future<Pages<HealthHead>> clientHealth(HealthQuery query);

  /**
   * Days of one user's clients as {@code MonitorDay}s, newest first; clients without a day last.
   */
  Future<Pages<String>> clientMonitor(MonitorQuery query);
}
