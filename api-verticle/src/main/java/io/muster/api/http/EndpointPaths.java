package io.muster.api.http;

import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The owner of each path: the endpoint with the longest path that matches it. Not changed after its
 * construction, so safe for use by any thread.
 */
final class EndpointPaths {
  private static final GetEndpoint UNKNOWN_PATH = Map::of;

  private final Map<String, Endpoint> literalPaths = new HashMap<>();
  private final List<PathPattern> patterns = new ArrayList<>();

  EndpointPaths(Collection<Endpoint> endpoints) {
    endpoints.forEach(endpoint -> endpoint.paths().forEach(path -> add(path, endpoint)));
    patterns.sort(Comparator.comparingInt(PathPattern::length).reversed());
  }

  /** Returns the owner of the requested path; one without routes if no endpoint owns it. */
  Endpoint owner(RoutingContext routingContext) {
    return owner(path(routingContext));
  }

  /** The path by which routes are selected; the raw path if it contains an invalid escape. */
  static String path(RoutingContext routingContext) {
    try {
      return routingContext.normalizedPath();
    } catch (IllegalArgumentException brokenEscape) {
      return routingContext.request().path();
    }
  }

  Endpoint owner(String path) {
    var owner = literalPaths.get(path);
    return owner != null
        ? owner
        : patterns.stream()
            .filter(pattern -> pattern.regex.matcher(path).matches())
            .map(PathPattern::endpoint)
            .findFirst()
            .orElse(UNKNOWN_PATH);
  }

  private void add(String path, Endpoint endpoint) {
    if (path.indexOf(':') >= 0 || path.endsWith("/*")) {
      var regex =
          Arrays.stream(path.split("/", -1))
              .map(EndpointPaths::segmentRegex)
              .collect(Collectors.joining("/"));
      patterns.add(new PathPattern(Pattern.compile(regex), path.length(), endpoint));
    } else if (literalPaths.put(path, endpoint) != null) {
      throw new IllegalArgumentException("path=" + path + ": expected one owner");
    }
  }

  private static String segmentRegex(String segment) {
    if (segment.equals("*")) {
      return ".*";
    }
    return segment.startsWith(":") ? "[^/]+" : Pattern.quote(segment);
  }

  private record PathPattern(Pattern regex, int length, Endpoint endpoint) {}
}
