package io.muster.api.http;

import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What the last request URIs asked for, parsed once: most clients ask the same again and again.
 * Confined to its event loop.
 *
 * @param <T> a query as its door understands it
 */
public final class QueryCache<T> {
  private static final int CAPACITY = 256;

  private final Function<Query, T> parse;
  private final Map<String, T> cached = new HashMap<>();

  /** Queries that the function understands; what it throws is thrown, and not remembered. */
  public QueryCache(Function<Query, T> parse) {
    this.parse = parse;
  }

  /** What the request asks for. */
  public T query(RoutingContext request) {
    var uri = request.request().uri();
    var query = cached.get(uri);
    if (query == null) {
      query = parse.apply(new Query(request.queryParams()));
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
