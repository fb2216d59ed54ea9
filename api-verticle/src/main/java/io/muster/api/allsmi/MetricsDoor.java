package io.muster.api.allsmi;

import io.muster.api.fleet.FleetView;
import io.muster.api.http.AcceptEncoding;
import io.muster.api.http.SharedBody;
import io.muster.schema.metric.ExpositionFormat;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * {@code GET /metrics}: the readings of every host, then what this node counts of itself; {@code
 * GET /hosts/{host}/metrics}: the readings of one. Answers OpenMetrics to who prefers it.
 */
public final class MetricsDoor {
  private final FleetView view;
  private final MetricsPages pages;
  private final String ownName;

  /**
   * A door.
   *
   * @param ownName name of the machine that it is on
   */
  public MetricsDoor(FleetView view, MetricsPages pages, String ownName) {
    this.view = view;
    this.pages = pages;
    this.ownName = ownName;
  }

  /**
   * Always answers 200. Who calls this node by the name of another host that it knows gets that
   * host alone: {@code all-smi view} takes each address for one host, and asks for this path only.
   */
  public void handle(RoutingContext request) {
    var called = calledName(request.request());
    if (called.isPresent()) {
      answerFor(called.get(), request);
      return;
    }
    var format = format(request);
    pages
        .all(format, AcceptEncoding.takesGzip(request.request()))
        .onSuccess(body -> answer(request, format, body))
        .onFailure(request::fail);
  }

  /** Answers for the host that the path names; 404 when it is not known. */
  public void handleHost(RoutingContext request) {
    answerFor(request.pathParam("host"), request);
  }

  private Optional<String> calledName(HttpServerRequest request) {
    return Optional.ofNullable(request.authority())
        .map(HostAndPort::host)
        .filter(name -> !name.equals(ownName) && view.hosts().contains(name));
  }

  private void answerFor(String host, RoutingContext request) {
    var format = format(request);
    pages
        .host(host, format, AcceptEncoding.takesGzip(request.request()))
        .map(known -> known.orElseThrow(() -> FleetView.neverHeard(host)))
        .onSuccess(body -> answer(request, format, body))
        .onFailure(request::fail);
  }

  private static ExpositionFormat format(RoutingContext request) {
    return ExpositionFormat.ofAccept(request.request().getHeader(HttpHeaders.ACCEPT));
  }

  private static void answer(RoutingContext request, ExpositionFormat format, SharedBody body) {
    var response = request.response().putHeader(HttpHeaders.CONTENT_TYPE, format.contentType());
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    body.end(request.request(), response);
  }
}
