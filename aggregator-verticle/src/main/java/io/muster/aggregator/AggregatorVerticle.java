package io.muster.aggregator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.Address;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.runtime.database.Database;
import io.muster.runtime.meter.CountedService;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The aggregator role: takes heartbeats into PostgreSQL and answers {@link HistoryService} from it.
 */
public final class AggregatorVerticle extends VerticleBase {
  private static final String METER = "muster.aggregator.";

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
    var store = timed(new PostgresHeartbeatStore(database, clock));
    var intake = new HeartbeatIntake(vertx, node.clocks().nanos(), store, config);
    count(intake.counts());
    node.health().add("heartbeats", intake::trouble);
    var heartbeats = counted(HeartbeatService.class, intake, "heartbeats");
    var history = counted(HistoryService.class, new PostgresHistory(database, clock), "history");
    return BusService.export(vertx, Address.HEARTBEATS, HeartbeatService.class, heartbeats)
        .compose(
            exported -> BusService.export(vertx, Address.HISTORY, HistoryService.class, history));
  }

  private <T> T counted(Class<T> type, T service, String name) {
    return CountedService.of(type, service, name, node.meters(), node.clocks().nanos());
  }

  /** begun = committed + failed + the one under way. */
  private HeartbeatStore timed(HeartbeatStore store) {
    var begun =
        Counter.builder(METER + "batches")
            .description("Transactions of heartbeats that began")
            .register(node.meters());
    var failed =
        Counter.builder(METER + "batches.failed")
            .description("Transactions of heartbeats that failed")
            .register(node.meters());
    var commits =
        Timer.builder(METER + "commit")
            .description("Time of the transactions that were committed")
            .register(node.meters());
    return batches -> {
      begun.increment();
      var from = node.clocks().nanos().getAsLong();
      return store
          .store(batches)
          .onSuccess(
              committed ->
                  commits.record(node.clocks().nanos().getAsLong() - from, TimeUnit.NANOSECONDS))
          .onFailure(cause -> failed.increment());
    };
  }

  private void count(HeartbeatIntake.Counts counts) {
    counter(
        "received", "Heartbeats that collectors sent", counts, HeartbeatIntake.Counts::received);
    counter("accepted", "Heartbeats stored by this node", counts, HeartbeatIntake.Counts::accepted);
    counter(
        "duplicate",
        "Heartbeats that were stored before",
        counts,
        HeartbeatIntake.Counts::duplicate);
    counter(
        "out_of_range",
        "Heartbeats too old, or too far in the future",
        counts,
        HeartbeatIntake.Counts::outOfRange);
    counter(
        "unknown",
        "Heartbeats of clients that are not registered",
        counts,
        HeartbeatIntake.Counts::unknown);
    counter(
        "refused",
        "Heartbeats that were malformed, or met a full queue",
        counts,
        HeartbeatIntake.Counts::refused);
    counter(
        "failed",
        "Heartbeats not stored because the database failed; the senders keep them",
        counts,
        HeartbeatIntake.Counts::failed);
    gauge(
        "heartbeats.held",
        "Heartbeats that wait, or are being written",
        counts,
        HeartbeatIntake.Counts::held);
    gauge(
        "queue.rows",
        "Heartbeats and device readings that wait; aggregator.queue_rows is the most",
        counts,
        HeartbeatIntake.Counts::queuedRows);
  }

  private void counter(
      String outcome,
      String help,
      HeartbeatIntake.Counts counts,
      ToDoubleFunction<HeartbeatIntake.Counts> value) {
    FunctionCounter.builder(METER + "heartbeats." + outcome, counts, value)
        .description(help)
        .register(node.meters());
  }

  private void gauge(
      String name,
      String help,
      HeartbeatIntake.Counts counts,
      ToDoubleFunction<HeartbeatIntake.Counts> value) {
    Gauge.builder(METER + name, counts, value).description(help).register(node.meters());
  }
}
