package io.muster.api.inspection;

import io.muster.api.fleet.FleetView;
import io.muster.api.http.Query;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Which host a door shows that can show only one.
 *
 * @param view the hosts that are known
 * @param ownHost the host that this node runs on
 */
public record HostSelector(FleetView view, String ownHost) {
  /** The part of a path that names a host. */
  private static final String PATH_PARAMETER = "host";

  /** The host that the path names, or else the query; else as if none were named. */
  public String select(RoutingContext request) {
    var pathHost = Optional.ofNullable(request.pathParam(PATH_PARAMETER));
    return select(pathHost.or(() -> new Query(request.queryParams()).host()));
  }

  /**
   * The host that is named; else this node's own if it is collected, else the first by name. Throws
   * {@code HOST_UNKNOWN} when the named one, or any, was never heard.
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
            .orElseThrow(
                () -> new FleetException(Code.HOST_UNKNOWN, "no host was ever heard here"));
  }

  /** Whether the host is another machine than the one that this node runs on. */
  public boolean isRemote(String host) {
    return !host.equals(ownHost);
  }
}
