package io.muster.api.rest;

import io.muster.bus.service.FleetEventService;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.event.FleetEventPage;
import io.muster.schema.event.FleetEventQuery;
import io.muster.schema.event.ObservationBatch;
import io.muster.schema.event.ObservationReceipt;
import io.muster.schema.event.OpenConditionQuery;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events that are the example of the document. Confined to the event loop of its node. */
final class FakeEventService implements FleetEventService {
  private static final FleetEvent EVENT =
      new FleetEvent(
          Optional.of(4711L),
          FakeRestServices.AT,
          EventKind.GPU_LOST,
          EventPhase.END,
          Optional.of("2025-07-29T17:50:12.112000Z"),
          EventSubject.ofGpu("gpu-01", FakeRestServices.CLIENT, "GPU-5a1b"),
          Map.of());

  private final List<Object> calls;

  /** Creates a service that adds the queries of clients to the calls. */
  FakeEventService(List<Object> calls) {
    this.calls = calls;
  }

  @Override
  public Future<ObservationReceipt> store(ObservationBatch batch) {
    return Future.succeededFuture(new ObservationReceipt(0));
  }

  @Override
  public Future<List<ConditionKey>> openConditions(OpenConditionQuery query) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<FleetEventPage> events(FleetEventQuery query) {
    calls.add(query);
    return Future.succeededFuture(new FleetEventPage(List.of(EVENT), Optional.empty()));
  }
}
