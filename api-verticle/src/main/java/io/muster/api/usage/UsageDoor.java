package io.muster.api.usage;

import io.muster.api.http.Query;
import io.muster.api.inspection.HostChoice;
import io.muster.api.usage.UsageSession.Wish;
import io.muster.api.websocket.Sockets;
import io.muster.api.websocket.Terms;
import io.muster.bus.Address;
import io.muster.bus.service.BusService;
import io.muster.bus.service.InspectionService;
import io.muster.runtime.node.Clocks;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * {@code /usage} and {@code /usage/NAME}: a WebSocket that tells what one host is made of, and then
 * what it uses. Confined to its event loop.
 */
public final class UsageDoor {
  /** How long a host may take to answer before it counts as silent. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HostChoice hosts;
  private final Feeds feeds;
  private final UsageConfig config;
  private final Terms terms;
  private final Sockets sockets;

  /** A door of the caller's event loop, which asks the collectors over the event bus. */
  public UsageDoor(
      Vertx vertx, Clocks clocks, HostChoice hosts, UsageConfig config, Sockets sockets) {
    this(
        hosts,
        new Feeds(vertx, clocks, hosts.view(), host -> collector(vertx, host), config.gpu()),
        config,
        sockets);
  }

  UsageDoor(HostChoice hosts, Feeds feeds, UsageConfig config, Sockets sockets) {
    this.hosts = hosts;
    this.feeds = feeds;
    this.config = config;
    this.terms = new Terms(config.messagesPerSecond(), true, Duration.ZERO);
    this.sockets = sockets;
  }

  /**
   * Makes the request a WebSocket; the path parameter {@code host} names the host before the query
   * does. Throws {@code HOST_UNKNOWN}, and {@code INVALID_ARGUMENT} for a bad query.
   */
  public void handle(RoutingContext request) {
    var wish = Wish.of(hosts.of(request), new Query(request.queryParams()), config);
    sockets.open(request, terms, socket -> UsageSession.open(socket, feeds, wish));
  }

  private static InspectionService collector(Vertx vertx, String host) {
    return BusService.proxy(vertx, Address.collector(host), InspectionService.class, PATIENCE);
  }
}
