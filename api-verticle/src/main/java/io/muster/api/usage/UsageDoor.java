package io.muster.api.usage;

import io.muster.api.http.Query;
import io.muster.api.inspection.HostChoice;
import io.muster.api.usage.UsageSession.Wish;
import io.muster.api.websocket.Session;
import io.muster.api.websocket.Socket;
import io.muster.api.websocket.Terms;
import io.muster.bus.Address;
import io.muster.bus.BusService;
import io.muster.bus.InspectionService;
import io.muster.runtime.node.Clocks;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code /usage} and {@code /usage/NAME}: a WebSocket that tells what one host is made of, and then
 * what it uses. Confined to its event loop.
 */
public final class UsageDoor {
  private static final Terms TERMS = new Terms(5, true, Duration.ZERO);

  /** How long a host may take to answer before it counts as silent. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final HostChoice hosts;
  private final Feeds feeds;
  private final UsageConfig config;
  private final Upgrade upgrade;

  /** A door of the caller's event loop, which asks the collectors over the event bus. */
  public UsageDoor(
      Vertx vertx, Clocks clocks, HostChoice hosts, UsageConfig config, Upgrade upgrade) {
    this(
        hosts,
        new Feeds(vertx, clocks, hosts.view(), host -> collector(vertx, host), config.gpu()),
        config,
        upgrade);
  }

  UsageDoor(HostChoice hosts, Feeds feeds, UsageConfig config, Upgrade upgrade) {
    this.hosts = hosts;
    this.feeds = feeds;
    this.config = config;
    this.upgrade = upgrade;
  }

  /**
   * Makes the request a WebSocket; the path parameter {@code host} names the host before the query
   * does. Throws {@code HOST_UNKNOWN}, and {@code INVALID_ARGUMENT} for a bad query.
   */
  public void handle(RoutingContext request) {
    var query = new Query(request.queryParams());
    var named = Optional.ofNullable(request.pathParam("host")).or(query::host);
    var wish = Wish.of(hosts.of(named), query, config);
    upgrade.open(request, TERMS, socket -> UsageSession.open(socket, feeds, wish));
  }

  private static InspectionService collector(Vertx vertx, String host) {
    return BusService.proxy(vertx, Address.collector(host), InspectionService.class, PATIENCE);
  }

  /** How a request becomes a WebSocket. */
  @FunctionalInterface
  public interface Upgrade {
    /**
     * Answers the request, with a refusal or with a WebSocket for which the door makes a session.
     */
    void open(RoutingContext request, Terms terms, Function<Socket, Session> door);
  }
}
