package io.muster.api.allsmi;

import io.micrometer.core.instrument.Counter;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.http.Body;
import io.muster.runtime.node.Node;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Readings;
import io.muster.schema.metric.Exposition;
import io.muster.schema.metric.HostScrape;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /metrics}: the readings of every host, then what this node counts of itself. */
public final class MetricsDoor {
  private static final Logger log = LoggerFactory.getLogger(MetricsDoor.class);

  private final FleetView view;
  private final Node node;
  private final HostScrape.Build build;
  private final Counter unreadable;

  public MetricsDoor(FleetView view, Node node) {
    this.view = view;
    this.node = node;
    this.build =
        new HostScrape.Build(
            node.version(),
            System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT),
            System.getProperty("os.arch", "unknown"));
    this.unreadable =
        Counter.builder("muster.api.scrapes.unreadable")
            .description("Hosts that had no samples in a scrape because their frame is unreadable")
            .register(node.meters());
  }

  public void handle(RoutingContext request) {
    var response =
        request
            .response()
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    Body.end(response, Buffer.buffer(Exposition.of(hosts())).appendString(node.meters().scrape()));
  }

  private List<HostScrape> hosts() {
    return view.show(Optional.empty())
        .map(this::hosts)
        .orElseGet(() -> List.of(HostScrape.silent(node.hostname(), build)));
  }

  private List<HostScrape> hosts(FleetFrame frame) {
    return Stream.concat(
            frame.frames().stream().map(this::scrape),
            frame.silentHosts().stream().map(host -> HostScrape.silent(host, build)))
        .toList();
  }

  private HostScrape scrape(EncodedFrame frame) {
    return new HostScrape(frame.head(), readings(frame), true, build);
  }

  /** Sections that cannot be decoded cost their host its samples, and no other host anything. */
  private Readings readings(EncodedFrame frame) {
    try {
      return frame.readings();
    } catch (IllegalArgumentException e) {
      unreadable.increment();
      log.debug("frame is unreadable host={} reason={}", frame.head().hostId(), e.getMessage());
      return Readings.NONE;
    }
  }
}
