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
public final class MetricsEndpoint {
  private final FleetView view;
  private final MetricsCache cache;
  private final String ownHostname;

  /**
   * A door.
   *
   * @param ownHostname name of the machine that it is on
   */
  public MetricsEndpoint(FleetView view, MetricsCache cache, String ownHostname) {
    this.view = view;
    this.cache = cache;
    this.ownHostname = ownHostname;
  }

  /**
   * Always answers 200. Who calls this node by the name of another host that it knows gets that
   * host alone: {@code all-smi view} takes each address for one host, and asks for this path only.
   */
  public void handle(RoutingContext request) {
    var addressed = addressedHost(request.request());
    if (addressed.isPresent()) {
      respondForHost(addressed.get(), request);
      return;
    }
    var format = format(request);
    cache
        .fleetBody(format, AcceptEncoding.isGzipAccepted(request.request()))
        .onSuccess(body -> respond(request, format, body))
        .onFailure(request::fail);
  }

  /** Answers for the host that the path names; 404 when it is not known. */
  public void handleHost(RoutingContext request) {
    respondForHost(request.pathParam("host"), request);
  }

  private Optional<String> addressedHost(HttpServerRequest request) {
    return Optional.ofNullable(request.authority())
        .map(HostAndPort::host)
        .filter(name -> !name.equals(ownHostname) && view.hosts().contains(name));
  }

  private void respondForHost(String host, RoutingContext request) {
    var format = format(request);
    cache
        .hostBody(host, format, AcceptEncoding.isGzipAccepted(request.request()))
        .map(known -> known.orElseThrow(() -> FleetView.unknownHost(host)))
        .onSuccess(body -> respond(request, format, body))
        .onFailure(request::fail);
  }

  private static ExpositionFormat format(RoutingContext request) {
    return ExpositionFormat.ofAccept(request.request().getHeader(HttpHeaders.ACCEPT));
  }

  private static void respond(RoutingContext request, ExpositionFormat format, SharedBody body) {
    var response = request.response().putHeader(HttpHeaders.CONTENT_TYPE, format.contentType());
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    body.end(request.request(), response);
  }
}
