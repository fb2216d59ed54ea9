package io.muster.aggregator.event;

import io.muster.bus.service.FleetEventService;
import io.muster.schema.event.Observation;
import io.muster.schema.event.ObservationBatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An api node that reports what it has observed: in order, in batches of any size, each to any
 * aggregator, again if the reply is lost, and sometimes once more much later. Confined to one
 * context.
 */
final class TestObserver {
  private static final int MAX_BATCH = 8;

  private final Vertx vertx;
  private final Random random;
  private final List<? extends FleetEventService> aggregators;
  private final List<Observation> observations;
  private final List<ObservationBatch> sent = new ArrayList<>();
  private int reported;

  TestObserver(
      Vertx vertx,
      Random random,
      List<? extends FleetEventService> aggregators,
      List<Observation> observations) {
    this.vertx = vertx;
    this.random = random;
    this.aggregators = aggregators;
    this.observations = observations;
  }

  /** Reports all observations. */
  Future<Void> reportAll() {
    if (reported == observations.size()) {
      return Future.succeededFuture();
    }
    var until = Math.min(observations.size(), reported + 1 + random.nextInt(MAX_BATCH));
    return report(new ObservationBatch(observations.subList(reported, until)))
        .onSuccess(done -> reported = until)
        .compose(done -> pause())
        .compose(paused -> reportAll());
  }

  private Future<Void> report(ObservationBatch batch) {
    sent.add(batch);
    var lostReply = random.nextInt(4) == 0;
    return aggregator()
        .store(batch)
        .transform(
            receipt ->
                receipt.failed() || lostReply
                    ? pause().compose(paused -> report(batch))
                    : repeatOld());
  }

  private Future<Void> repeatOld() {
    return random.nextInt(5) == 0
        ? aggregator()
            .store(sent.get(random.nextInt(sent.size())))
            .<Void>mapEmpty()
            .otherwiseEmpty()
        : Future.succeededFuture();
  }

  private FleetEventService aggregator() {
    return aggregators.get(random.nextInt(aggregators.size()));
  }

  private Future<Void> pause() {
    return vertx.timer(1 + random.nextInt(20)).mapEmpty();
  }
}
