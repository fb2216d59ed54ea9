package io.muster.bus.service;

import io.muster.bus.transport.Pages;
import io.muster.schema.history.ClientStat;
import io.muster.schema.history.DeviceSeriesQuery;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.HostSeriesQuery;
import io.muster.schema.history.MonitorDay;
import io.muster.schema.history.MonitorHead;
import io.muster.schema.history.MonitorQuery;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.state.FleetAt;
import io.muster.schema.state.FleetAtQuery;
import io.muster.schema.state.FleetEnergy;
import io.muster.schema.state.FleetEnergyQuery;
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
  Future<Pages<MonitorHead, MonitorDay>> clientMonitor(MonitorQuery query);

  /**
   * Returns the readings of a device in bins, all bins of the range. Fails with {@code
   * DEVICE_UNKNOWN} if no host has reported it, and with {@code INVALID_ARGUMENT} if several hosts
   * have it now and none is named, or if the range or the step is not valid, or finer than the data
   * that are retained.
   */
  Future<Pages<SeriesHead, SeriesBin>> deviceSeries(DeviceSeriesQuery query);

  /**
   * Returns the readings of a host in bins, all bins of the range. Fails with {@code
   * CLIENT_UNKNOWN} if there is none, and with {@code INVALID_ARGUMENT} if several have the name,
   * and as {@link #deviceSeries}.
   */
  Future<Pages<SeriesHead, SeriesBin>> hostSeries(HostSeriesQuery query);

  /**
   * Returns the state of all hosts at an instant: of those with a heartbeat in the 24 hours before.
   * Fails with {@code INVALID_ARGUMENT} for an instant in the future.
   */
  Future<FleetAt> fleetAt(FleetAtQuery query);

  /**
   * Returns the energy of all accelerators until now, or until at most a minute ago. Fails with
   * {@code INVALID_ARGUMENT} for a start that is in the future, or more than 31 days ago.
   */
  Future<FleetEnergy> fleetEnergy(FleetEnergyQuery query);
}
