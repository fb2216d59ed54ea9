package io.muster.api.usage;

import io.muster.api.fleet.HostSelector;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.Query;
import io.muster.api.usage.UsageSession.UsageOptions;
import io.muster.api.websocket.WebSocketOptions;
import io.muster.api.websocket.WebSocketServer;
import io.muster.bus.Address;
import io.muster.bus.service.InspectionService;
import io.muster.runtime.node.Node;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;

/**
 * The endpoint {@code /usage} and {@code /usage/NAME}: a WebSocket that sends the hardware of one
 * host, then its usage. Confined to one event loop.
 */
public final class UsageEndpoint implements GetEndpoint {
  /** Time after which a host that has not replied counts as silent. */
  private static final Duration COLLECTOR_TIMEOUT = Duration.ofSeconds(2);

  private final HostSelector hostSelector;
  private final UsageScheduler scheduler;
  private final UsageConfig config;
  private final WebSocketOptions webSocketOptions;
  private final WebSocketServer webSocketServer;

  /** Creates an endpoint on the caller's event loop. */
  public UsageEndpoint(
      Node node, HostSelector hostSelector, UsageConfig config, WebSocketServer webSocketServer) {
    this.hostSelector = hostSelector;
    this.scheduler =
        new UsageScheduler(
            node.vertx(),
            node.clocks(),
            hostSelector.view(),
            host ->
                node.services()
                    .proxy(Address.collector(host), InspectionService.class, COLLECTOR_TIMEOUT),
            config.gpuAggregation());
    this.config = config;
    this.webSocketOptions = new WebSocketOptions(config.messagesPerSecond(), true, Duration.ZERO);
    this.webSocketServer = webSocketServer;
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/usage", this::handle, "/usage/:host", this::handle);
  }

  /**
   * Upgrades the request to a WebSocket; the path parameter {@code host} takes precedence over the
   * query. Throws {@code HOST_UNKNOWN}, and {@code INVALID_ARGUMENT} for an invalid query.
   */
  private void handle(RoutingContext routingContext) {
    var options =
        UsageOptions.of(hostSelector.select(routingContext), Query.of(routingContext), config);
    webSocketServer.upgrade(
        routingContext,
        webSocketOptions,
        connection -> UsageSession.open(connection, scheduler, options));
  }
}
