package io.muster.api.allsmi;

import io.muster.api.http.SharedBody;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.metric.Format;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /metrics}: the readings of every host, then what this node counts of itself; {@code
 * GET /hosts/{host}/metrics}: the readings of one. Answers OpenMetrics to who prefers it.
 */
public final class MetricsDoor {
  private final MetricsPages pages;

  public MetricsDoor(MetricsPages pages) {
    this.pages = pages;
  }

  /** Always answers 200. */
  public void handle(RoutingContext request) {
    var format = format(request);
    pages.all(format).onSuccess(body -> answer(request, format, body)).onFailure(request::fail);
  }

  /** Answers for the host that the path names; 404 when it is not known. */
  public void handleHost(RoutingContext request) {
    var host = request.pathParam("host");
    var format = format(request);
    pages
        .host(host, format)
        .map(
            known ->
                known.orElseThrow(
                    () ->
                        new FleetException(Code.HOST_UNKNOWN, "host " + host + " was never heard")))
        .onSuccess(body -> answer(request, format, body))
        .onFailure(request::fail);
  }

  private static Format format(RoutingContext request) {
    return Format.ofAccept(request.request().getHeader(HttpHeaders.ACCEPT));
  }

  private static void answer(RoutingContext request, Format format, SharedBody body) {
    var response = request.response().putHeader(HttpHeaders.CONTENT_TYPE, format.contentType());
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    body.end(request.request(), response);
  }
}
