package io.muster.api.allsmi;

import io.muster.api.content.AcceptedMedia;
import io.muster.api.content.Gzip;
import io.muster.api.exposition.ExpositionFormat;
import io.muster.api.fleet.FleetView;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.SharedBody;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /metrics}: the readings of every host, then this node's own metrics; {@code GET
 * /hosts/{host}/metrics}: the readings of one host. Returns OpenMetrics to clients that prefer it.
 */
public final class MetricsEndpoint implements GetEndpoint {
  /** The path of the exposition of one host. */
  public static final String HOST_PATH = "/hosts/:host/metrics";

  private final FleetView view;
  private final MetricsCache cache;
  private final String ownHostname;

  /**
   * Creates the endpoint.
   *
   * @param ownHostname host name of this node
   */
  public MetricsEndpoint(FleetView view, MetricsCache cache, String ownHostname) {
    this.view = view;
    this.cache = cache;
    this.ownHostname = ownHostname;
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/metrics", this::handle, HOST_PATH, this::handleHost);
  }

  /**
   * Always returns 200. A request whose authority is the name of another known host returns that
   * host only: {@code all-smi view} treats each address as one host, and requests this path only.
   */
  private void handle(RoutingContext routingContext) {
    var addressed = addressedHost(routingContext.request());
    if (addressed.isPresent()) {
      respondForHost(addressed.get(), routingContext);
      return;
    }
    var format = format(routingContext);
    cache
        .fleetBody(format, Gzip.isAccepted(routingContext.request()))
        .onSuccess(body -> respond(routingContext, format, body))
        .onFailure(routingContext::fail);
  }

  /** Returns the readings of the host in the path; 404 if it is unknown. */
  private void handleHost(RoutingContext routingContext) {
    respondForHost(routingContext.pathParam("host"), routingContext);
  }

  private Optional<String> addressedHost(HttpServerRequest request) {
    return Optional.ofNullable(request.authority())
        .map(HostAndPort::host)
        .filter(name -> !name.equals(ownHostname) && view.hosts().contains(name));
  }

  private void respondForHost(String host, RoutingContext routingContext) {
    var format = format(routingContext);
    cache
        .hostBody(host, format, Gzip.isAccepted(routingContext.request()))
        .map(found -> found.orElseThrow(() -> FleetView.unknownHost(host)))
        .onSuccess(body -> respond(routingContext, format, body))
        .onFailure(routingContext::fail);
  }

  private static ExpositionFormat format(RoutingContext routingContext) {
    return ExpositionFormat.of(AcceptedMedia.of(routingContext.request()));
  }

  private static void respond(
      RoutingContext routingContext, ExpositionFormat format, SharedBody body) {
    var response =
        routingContext.response().putHeader(HttpHeaders.CONTENT_TYPE, format.contentType());
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    body.end(routingContext.request(), response);
  }
}
