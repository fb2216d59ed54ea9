package io.muster.api.allsmi;

import io.micrometer.core.instrument.Counter;
import io.muster.api.fleet.FleetFrame;
import io.muster.runtime.node.Node;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Readings;
import io.muster.schema.metric.HostExposition;
import io.muster.schema.metric.HostScrape;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sample lines of every host, rendered once for each of its frames. Decoding and rendering take
 * their time: used by one worker at a time.
 */
final class HostPages {
  private static final Logger log = LoggerFactory.getLogger(HostPages.class);

  private final HostScrape.Build build;
  private final Counter unreadable;
  private final Map<String, Page> pages = new HashMap<>();

  HostPages(Node node) {
    this.build =
        new HostScrape.Build(
            node.version(),
            System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT),
            System.getProperty("os.arch", "unknown"));
    this.unreadable =
        Counter.builder("muster.api.scrapes.unreadable")
            .description("Hosts that had no samples in a scrape because their frame is unreadable")
            .register(node.meterRegistry());
  }

  /** The hosts of the frame, then those that are silent. */
  List<HostExposition> of(FleetFrame shown) {
    if (pages.size() > shown.frames().size()) {
      pages
          .keySet()
          .retainAll(shown.frames().stream().map(each -> each.header().hostId()).toList());
    }
    return Stream.concat(
            shown.frames().stream().map(this::of), shown.silentHosts().stream().map(this::silent))
        .toList();
  }

  /** A host without readings. */
  HostExposition silent(String host) {
    return HostExposition.of(HostScrape.silent(host, build));
  }

  private HostExposition of(EncodedFrame frame) {
    var known = pages.get(frame.header().hostId());
    if (known == null || known.frame() != frame) {
      known = new Page(frame, rendered(frame));
      pages.put(frame.header().hostId(), known);
    }
    return known.lines();
  }

  private HostExposition rendered(EncodedFrame frame) {
    return HostExposition.of(new HostScrape(frame.header(), readings(frame), true, build));
  }

  /** Sections that cannot be decoded cost their host its samples, and no other host anything. */
  private Readings readings(EncodedFrame frame) {
    try {
      return frame.readings();
    } catch (IllegalArgumentException e) {
      unreadable.increment();
      log.debug("frame is unreadable host={} reason={}", frame.header().hostId(), e.getMessage());
      return Readings.EMPTY;
    }
  }

  private record Page(EncodedFrame frame, HostExposition lines) {}
}
