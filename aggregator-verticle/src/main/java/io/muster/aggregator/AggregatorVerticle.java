package io.muster.aggregator;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.event.PostgresEventService;
import io.muster.aggregator.history.PostgresHistory;
import io.muster.aggregator.ingest.BatchingHeartbeatService;
import io.muster.aggregator.maintenance.MaintenanceJob;
import io.muster.aggregator.rollup.DeviceRollupJob;
import io.muster.aggregator.rollup.RollupJob;
import io.muster.bus.Address;
import io.muster.bus.EventTopic;
import io.muster.bus.service.FleetEventService;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * The aggregator role: stores heartbeats in PostgreSQL, rolls them up, and answers {@link
 * HistoryService} queries from them.
 */
public final class AggregatorVerticle extends VerticleBase {
  private final AggregatorConfig config;
  private final Node node;
  private final Database database;

  public AggregatorVerticle(AggregatorConfig config, Node node, Database database) {
    this.config = config;
    this.node = node;
    this.database = database;
  }

  @Override
  public Future<?> start() {
    var clock = node.clocks().wallClock();
    var heartbeatService =
        BatchingHeartbeatService.open(
            config.ingest(), new GpuCatalog(config.gpuModels()), node, database);
    MaintenanceJob.open(vertx, config.maintenance(), node, database);
    var eventService = new PostgresEventService(database, clock, EventTopic.on(vertx)::publish);
    var historyService = new PostgresHistory(database, clock, config.history());
    RollupJob.start(vertx, config.rollup(), node, database);
    DeviceRollupJob.start(vertx, node, database);
    var services = node.services();
    return services
        .register(Address.HEARTBEATS, HeartbeatService.class, heartbeatService)
        .compose(
            registered -> services.register(Address.HISTORY, HistoryService.class, historyService))
        .compose(
            registered ->
                services.register(Address.FLEET_EVENTS, FleetEventService.class, eventService));
  }
}
