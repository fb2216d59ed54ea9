package io.muster.api.http;

import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The parsed queries of recent request URIs: most clients repeat the same request. Confined to its
 * event loop.
 *
 * @param <T> parsed query of an endpoint
 */
public final class QueryCache<T> {
  private static final int CAPACITY = 256;

  private final Function<Query, T> parse;
  private final Map<String, T> cached = new HashMap<>();

  /** Creates a cache of queries that the function parses; its exceptions are thrown, not cached. */
  public QueryCache(Function<Query, T> parse) {
    this.parse = parse;
  }

  /** Returns the parsed query of the request. */
  public T query(RoutingContext routingContext) {
    var uri = routingContext.request().uri();
    var query = cached.get(uri);
    if (query == null) {
      query = parse.apply(Query.of(routingContext));
      cache(uri, query);
    }
    return query;
  }

  private void cache(String uri, T query) {
    if (cached.size() == CAPACITY) {
      cached.clear();
    }
    cached.put(uri, query);
  }
}
