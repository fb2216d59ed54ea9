package io.muster.api.allsmi;

import io.micrometer.core.instrument.Counter;
import io.muster.api.exposition.HostExposition;
import io.muster.api.exposition.HostScrape;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.node.Node;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Readings;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sample lines of every known host, rendered once for each of its frames. Decoding and
 * rendering are slow: used by one worker thread at a time.
 */
final class HostExpositionCache {
  private static final Logger log = LoggerFactory.getLogger(HostExpositionCache.class);

  private final FleetView view;
  private final HostScrape.Build build;
  private final Counter unreadableFrames;
  private final Map<String, CachedExposition> entries = new HashMap<>();

  HostExpositionCache(FleetView view, Node node) {
    this.view = view;
    this.build =
        new HostScrape.Build(
            node.version(),
            System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT),
            System.getProperty("os.arch", "unknown"));
    this.unreadableFrames =
        new MeterFactory(node.meterRegistry(), "muster.api.")
            .counter(
                "scrapes.unreadable",
                "Hosts without samples in a scrape because their frame cannot be decoded");
  }

  /** The expositions of the hosts in the frame, then of the silent hosts. */
  List<HostExposition> expositions(FleetFrame fleetFrame) {
    if (entries.size() > view.hosts().size()) {
      entries.keySet().retainAll(view.hosts());
    }
    return Stream.concat(
            fleetFrame.frames().stream().map(this::exposition),
            fleetFrame.silentHosts().stream().map(this::silentHost))
        .toList();
  }

  /** The exposition of a host without readings. */
  HostExposition silentHost(String host) {
    return HostExposition.of(HostScrape.silent(host, build));
  }

  int size() {
    return entries.size();
  }

  private HostExposition exposition(EncodedFrame frame) {
    var entry = entries.get(frame.header().hostId());
    if (entry == null || entry.frame() != frame) {
      entry = new CachedExposition(frame, render(frame));
      entries.put(frame.header().hostId(), entry);
    }
    return entry.exposition();
  }

  private HostExposition render(EncodedFrame frame) {
    return HostExposition.of(
        new HostScrape(frame.header().hostId(), decodeReadings(frame), true, build));
  }

  /** Returns no readings for sections that cannot be decoded, so that other hosts keep theirs. */
  private Readings decodeReadings(EncodedFrame frame) {
    try {
      return frame.readings();
    } catch (IllegalArgumentException e) {
      unreadableFrames.increment();
      log.debug(
          "frame cannot be decoded host={} reason={}", frame.header().hostId(), e.getMessage());
      return Readings.EMPTY;
    }
  }

  private record CachedExposition(EncodedFrame frame, HostExposition exposition) {}
}
