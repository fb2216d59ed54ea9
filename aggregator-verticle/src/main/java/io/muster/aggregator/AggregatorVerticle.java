package io.muster.aggregator;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.muster.bus.Address;
import io.muster.bus.BusService;
import io.muster.bus.HeartbeatService;
import io.muster.bus.HistoryService;
import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.ToDoubleFunction;

/**
 * The aggregator role: takes heartbeats into PostgreSQL and answers {@link HistoryService} from it.
 */
public final class AggregatorVerticle extends VerticleBase {
  private static final String METER = "muster.aggregator.heartbeats.";

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
    var clock = node.clocks().wall();
    var store = new PostgresHeartbeatStore(database, clock);
    var intake = new HeartbeatIntake(vertx, node.clocks().nanos(), store, config);
    count(intake.counts());
    node.health().add("heartbeats", intake::trouble);
    var history = new PostgresHistory(database, clock);
    return BusService.export(vertx, Address.HEARTBEATS, HeartbeatService.class, intake)
        .compose(
            exported -> BusService.export(vertx, Address.HISTORY, HistoryService.class, history));
  }

  private void count(HeartbeatIntake.Counts counts) {
    counter("received", counts, HeartbeatIntake.Counts::received);
    counter("accepted", counts, HeartbeatIntake.Counts::accepted);
    counter("duplicate", counts, HeartbeatIntake.Counts::duplicate);
    counter("out_of_range", counts, HeartbeatIntake.Counts::outOfRange);
    counter("unknown", counts, HeartbeatIntake.Counts::unknown);
    counter("refused", counts, HeartbeatIntake.Counts::refused);
    counter("failed", counts, HeartbeatIntake.Counts::failed);
    Gauge.builder(METER + "held", counts, HeartbeatIntake.Counts::held).register(node.meters());
  }

  private void counter(
      String outcome,
      HeartbeatIntake.Counts counts,
      ToDoubleFunction<HeartbeatIntake.Counts> value) {
    FunctionCounter.builder(METER + outcome, counts, value).register(node.meters());
  }
}
