package io.muster.api.usage;

import io.muster.api.fleet.FleetView;
import io.muster.api.inspection.Shelf;
import io.muster.bus.service.InspectionService;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.Metronome;
import io.muster.schema.inspection.SampleRequest;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The hosts that are watched on one event loop. One beat a second serves everybody, at whatever
 * interval, while there is anybody. Beats are those of the wall clock, so that all event loops and
 * nodes ask a host in the same moment, and its collector samples once. Confined to its event loop.
 */
final class Feeds {
  /** A sample of this age is as good as a new one: well below the shortest interval. */
  static final Duration YOUNG = Duration.ofMillis(500);

  private static final Duration BEAT = Duration.ofSeconds(1);

  /** A timer may fire early by a tenth of the beat; that counts as the beat. */
  private static final long EARLY_MILLIS = BEAT.toMillis() / 10;

  private final Clocks clocks;
  private final FleetView view;
  private final Shelf<String, Sample> samples;
  private final Metronome metronome;
  private final Map<String, HostFeed> feeds = new HashMap<>();

  Feeds(
      Vertx vertx,
      Clocks clocks,
      FleetView view,
      Function<String, InspectionService> collectors,
      GpuRule rule) {
    this.clocks = clocks;
    this.view = view;
    this.samples =
        new Shelf<>(Shelf.HOSTS, YOUNG, clocks.nanoTime(), host -> sample(collectors, host, rule));
    this.metronome = new Metronome(vertx, clocks.wallClock(), BEAT);
  }

  /** Tells the session what is known of its host, now and then at its intervals. */
  void join(UsageSession session) {
    if (feeds.isEmpty()) {
      metronome.start(this::beat);
    }
    // It is told now, so this second is over for it.
    session.isDue(second(clocks.wallClock().instant()));
    feeds
        .computeIfAbsent(
            session.host(), host -> new HostFeed(host, samples, this::lastHeardSeconds))
        .join(session);
  }

  /** Tells the session nothing any more; nothing happens when it did not join. */
  void leave(UsageSession session) {
    var feed = feeds.get(session.host());
    if (feed == null) {
      return;
    }
    feed.leave(session);
    if (feed.isEmpty()) {
      feeds.remove(session.host());
    }
    if (feeds.isEmpty()) {
      metronome.stop();
    }
  }

  /** Hosts that are watched. */
  int size() {
    return feeds.size();
  }

  /** Does not wait for the hosts: each has its own time. */
  private Future<?> beat(Instant at) {
    var second = second(at);
    List.copyOf(feeds.values()).forEach(feed -> feed.beat(second));
    return Future.succeededFuture();
  }

  private OptionalLong lastHeardSeconds(String host) {
    return view.newest(host).stream()
        .mapToLong(frame -> frame.header().sampledAt().getEpochSecond())
        .findFirst();
  }

  private static Future<WithAge<Sample>> sample(
      Function<String, InspectionService> collectors, String host, GpuRule rule) {
    return collectors
        .apply(host)
        .vitals(new SampleRequest(YOUNG.toMillis()))
        .map(aged -> new WithAge<>(aged.ageMillis(), Sample.of(host, aged.value(), rule)));
  }

  private static long second(Instant at) {
    return Math.floorDiv(at.toEpochMilli() + EARLY_MILLIS, BEAT.toMillis());
  }
}
