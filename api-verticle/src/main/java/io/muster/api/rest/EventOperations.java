package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.RequestTime;
import io.muster.bus.service.FleetEventService;
import io.muster.schema.event.FleetEventQuery;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/** The operation on fleet events. */
final class EventOperations {
  private static final int DEFAULT_LIMIT = 100;

  private final FleetEventService events;

  EventOperations(FleetEventService events) {
    this.events = events;
  }

  Future<RestResponse> list(Arguments request) {
    return events
        .events(
            new FleetEventQuery(
                millis(request, "from"),
                millis(request, "to"),
                request.text("host"),
                request.text("kind"),
                request.text("cursor"),
                request.integer("limit").orElse(DEFAULT_LIMIT)))
        .map(RestResponse::of);
  }

  private static Optional<Long> millis(Arguments request, String name) {
    return request.text(name).flatMap(RequestTime::parseInstant).map(Instant::toEpochMilli);
  }
}
