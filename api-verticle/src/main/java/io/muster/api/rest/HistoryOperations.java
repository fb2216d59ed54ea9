package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.RequestTime;
import io.muster.api.rest.series.SeriesParameters;
import io.muster.bus.service.FleetEventService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.transport.Pages;
import io.muster.schema.event.FleetEventQuery;
import io.muster.schema.history.DeviceSeriesQuery;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.HostSeriesQuery;
import io.muster.schema.history.MonitorQuery;
import io.muster.schema.history.SeriesMetric;
import io.muster.schema.state.FleetAtQuery;
import io.muster.schema.state.FleetEnergyQuery;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Map;

/** The operations that read the history of clients, devices and the fleet. */
final class HistoryOperations {
  private static final String RESOLUTION = "X-Resolution";
  private static final String DATA_AGE = "X-Data-Age";

  private static final int DEFAULT_EVENTS = 100;

  private final HistoryService history;
  private final FleetEventService events;

  HistoryOperations(HistoryService history, FleetEventService events) {
    this.history = history;
    this.events = events;
  }

  Future<RestResponse> stat(Arguments request) {
    return history.clientStat(StandardArguments.userId(request)).map(RestResponse::of);
  }

  Future<RestResponse> monitor(Arguments request) {
    return history
        .clientMonitor(
            new MonitorQuery(
                StandardArguments.userId(request),
                StandardArguments.clientId(request),
                DateRange.findIn(request).map(DateRange::days),
                StandardArguments.limitAndOffset(request)))
        .map(days -> list(days, DATA_AGE, String.valueOf(days.head().ageSeconds())));
  }

  Future<RestResponse> health(Arguments request) {
    var range = DateRange.of(request);
    return history
        .clientHealth(
            new HealthQuery(
                StandardArguments.userId(request),
                StandardArguments.clientId(request),
                range.fromMillis(),
                range.untilMillis(),
                request.text("resolution"),
                StandardArguments.limitAndOffset(request)))
        .map(points -> list(points, RESOLUTION, points.head().resolution()));
  }

  private static RestResponse list(Pages<?, ?> pages, String header, String value) {
    return new RestResponse.PagedResponse(pages, "[", "]", Map.of(header, value));
  }

  Future<RestResponse> events(Arguments request) {
    var range = SeriesParameters.range(request);
    return events
        .events(
            new FleetEventQuery(
                range.fromMillis(),
                range.untilMillis(),
                request.text("host"),
                request.text("kind"),
                request.text("cursor"),
                request.integer("limit").orElse(DEFAULT_EVENTS)))
        .map(RestResponse::of);
  }

  Future<RestResponse> fleet(Arguments request) {
    var at = RequestTime.parseInstant(request.requiredText("at")).orElseThrow();
    return history
        .fleetAt(new FleetAtQuery(at.toEpochMilli()))
        .map(state -> new RestResponse.JsonResponse(Buffer.buffer(state.json())));
  }

  Future<RestResponse> energy(Arguments request) {
    var from = request.text("from").flatMap(RequestTime::parseInstant);
    return history
        .fleetEnergy(new FleetEnergyQuery(from.map(Instant::toEpochMilli)))
        .map(RestResponse::of);
  }

  Future<RestResponse> device(Arguments request) {
    var uuid = request.requiredText("uuid");
    var metrics = SeriesParameters.metrics(request, SeriesMetric.OF_DEVICE);
    return history
        .deviceSeries(
            new DeviceSeriesQuery(
                uuid, request.text("host"), SeriesParameters.range(request), metrics))
        .map(
            pages ->
                new SeriesResponse(
                    pages,
                    Map.of(
                        "client_id", pages.head().clientId(),
                        "host", pages.head().host(),
                        "uuid", uuid),
                    metrics));
  }

  Future<RestResponse> host(Arguments request) {
    var metrics = SeriesParameters.metrics(request, SeriesMetric.OF_HOST);
    return history
        .hostSeries(
            new HostSeriesQuery(
                request.requiredText("host"), SeriesParameters.range(request), metrics))
        .map(
            pages ->
                new SeriesResponse(
                    pages,
                    Map.of("client_id", pages.head().clientId(), "host", pages.head().host()),
                    metrics));
  }
}
