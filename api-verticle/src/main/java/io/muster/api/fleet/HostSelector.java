package io.muster.api.fleet;

import io.muster.api.http.Query;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Selects the host of an endpoint that serves a single host.
 *
 * @param view the known hosts
 * @param ownHost the host that this node runs on
 */
public record HostSelector(FleetView view, String ownHost) {
  /** Maximum number of hosts in a cache of an endpoint that serves a single host. */
  public static final int MAX_CACHED_HOSTS = 1024;

  /** The path parameter that names a host. */
  private static final String PATH_PARAMETER = "host";

  /** Returns the host named by the path, else by the query; without a name the default host. */
  public String select(RoutingContext routingContext) {
    var pathHost = Optional.ofNullable(routingContext.pathParam(PATH_PARAMETER));
    return select(pathHost.or(() -> Query.of(routingContext).host()));
  }

  /**
   * Returns the named host; without a name this node's own host if it is known, else the first by
   * name. Throws {@code HOST_UNKNOWN} if the named host is unknown or no host is known.
   */
  String select(Optional<String> requestedHost) {
    if (requestedHost.isPresent()) {
      return view.newestFrame(requestedHost.get())
          .map(frame -> frame.header().hostId())
          .orElseThrow(() -> FleetView.unknownHost(requestedHost.get()));
    }
    return view.newestFrame(ownHost).isPresent()
        ? ownHost
        : view.hosts().stream()
            .findFirst()
            .orElseThrow(() -> new FleetException(Code.HOST_UNKNOWN, "no host is known"));
  }

  /** Returns true if the host is not the one that this node runs on. */
  public boolean isRemote(String host) {
    return !host.equals(ownHost);
  }
}
