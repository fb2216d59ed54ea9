package io.muster.bus.service;

import io.muster.bus.transport.NoHead;
import io.muster.bus.transport.Pages;
import io.muster.schema.history.ClientStat;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorDay;
import io.muster.schema.history.MonitorQuery;
import io.vertx.core.Future;

/**
 * Queries of the stored history. Served by any aggregator; fails with {@code UNAVAILABLE} without a
 * database.
 */
public interface HistoryService {
  /** Returns the counts of the clients of one user. An unknown user has no clients. */
  Future<ClientStat> clientStat(String userId);

  /** Returns heartbeats of one user's clients, newest first. */
  Future<Pages<HealthHead, HealthPoint>> clientHealth(HealthQuery query);

  /** Returns days of one user's clients, newest first; clients without a day last. */
  Future<Pages<NoHead, MonitorDay>> clientMonitor(MonitorQuery query);
}
