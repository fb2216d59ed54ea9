package io.muster.bus.service;

import io.muster.bus.EventTopic;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.FleetEventPage;
import io.muster.schema.event.FleetEventQuery;
import io.muster.schema.event.ObservationBatch;
import io.muster.schema.event.ObservationReceipt;
import io.muster.schema.event.OpenConditionQuery;
import io.vertx.core.Future;
import java.util.List;

/**
 * The stored fleet events. Served by any aggregator; fails with {@code UNAVAILABLE} without a
 * database.
 */
public interface FleetEventService {
  /**
   * Stores the events that follow from observations, and publishes them on the {@link EventTopic}.
   * A change of a condition is stored once, although several observers report it, repeatedly, late,
   * and to several aggregators. The receipt is sent after the commit; after another failure than
   * {@code INVALID_ARGUMENT} the batch may be sent again.
   */
  Future<ObservationReceipt> store(ObservationBatch batch);

  /** Returns the conditions that have begun and have not ended. */
  Future<List<ConditionKey>> openConditions(OpenConditionQuery query);

  /** Returns events, newest first. */
  Future<FleetEventPage> events(FleetEventQuery query);
}
