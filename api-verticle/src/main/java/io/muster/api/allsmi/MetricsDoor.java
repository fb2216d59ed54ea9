package io.muster.api.allsmi;

import io.muster.api.fleet.FleetView;
import io.muster.runtime.node.Node;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.metric.Exposition;
import io.muster.schema.metric.HostScrape;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code GET /metrics}: the readings of every host, then what this node counts of itself. */
public final class MetricsDoor {
  private final FleetView view;
  private final Node node;
  private final HostScrape.Build build;

  public MetricsDoor(FleetView view, Node node) {
    this.view = view;
    this.node = node;
    this.build =
        new HostScrape.Build(
            node.version(),
            System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT),
            System.getProperty("os.arch", "unknown"));
  }

  public void handle(RoutingContext request) {
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
        .end(Buffer.buffer(Exposition.of(hosts())).appendString(node.meters().scrape()));
  }

  private List<HostScrape> hosts() {
    if (view.hosts().isEmpty()) {
      return List.of(HostScrape.silent(node.hostname(), build));
    }
    var fresh = Set.copyOf(view.freshHosts());
    return view.hosts().stream()
        .map(
            host ->
                fresh.contains(host)
                    ? scrape(view.newest(host).orElseThrow())
                    : HostScrape.silent(host, build))
        .collect(Collectors.toList());
  }

  private HostScrape scrape(EncodedFrame frame) {
    return new HostScrape(frame.head(), frame.readings(), true, build);
  }
}
