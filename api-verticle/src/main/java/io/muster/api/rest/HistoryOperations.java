package io.muster.api.rest;

import io.muster.api.rest.answer.Reply;
import io.muster.api.rest.contract.Arguments;
import io.muster.bus.service.HistoryService;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorQuery;
import io.vertx.core.Future;
import java.util.Map;

/** What is remembered of clients. */
final class HistoryOperations {
  private static final String RESOLUTION = "X-Resolution";

  private final HistoryService history;

  HistoryOperations(HistoryService history) {
    this.history = history;
  }

  Future<Reply> stat(Arguments request) {
    return history.clientStat(Requests.userId(request)).map(Reply::of);
  }

  Future<Reply> monitor(Arguments request) {
    return history
        .clientMonitor(
            new MonitorQuery(
                Requests.userId(request),
                Requests.clientId(request),
                DateRange.given(request).map(DateRange::days),
                Requests.slice(request)))
        .map(Reply::list);
  }

  Future<Reply> health(Arguments request) {
    var range = DateRange.of(request);
    return history
        .clientHealth(
            new HealthQuery(
                Requests.userId(request),
                Requests.clientId(request),
                range.fromMillis(),
                range.untilMillis(),
                request.text("resolution"),
                Requests.slice(request)))
        .map(
            points ->
                new Reply.Rows(points, "[", "]", Map.of(RESOLUTION, points.head().resolution())));
  }
}
