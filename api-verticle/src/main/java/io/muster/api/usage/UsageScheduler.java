package io.muster.api.usage;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.HostSelector;
import io.muster.bus.service.InspectionService;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.CoalescingCache;
import io.muster.runtime.node.Metronome;
import io.muster.runtime.node.TimedValue;
import io.muster.schema.inspection.SampleRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Schedules the updates of all subscribers of one event loop. While there are subscribers, one
 * timer of one second serves all intervals. It is aligned to the wall clock, so that all event
 * loops and nodes call a host at the same moment and its collector samples once. Confined to one
 * event loop.
 */
final class UsageScheduler {
  /** Age up to which a sample is reused: well below the shortest interval. */
  static final Duration MAX_SAMPLE_AGE = Duration.ofMillis(500);

  private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);

  /** A timer that fires early by up to a tenth of its interval counts as on time. */
  private static final long EARLY_MILLIS = TICK_INTERVAL.toMillis() / 10;

  private final Clocks clocks;
  private final FleetView view;
  private final Function<String, InspectionService> collectors;
  private final GpuAggregation gpuAggregation;
  private final CoalescingCache<String, UsageSample> samples;
  private final Metronome metronome;
  private final Map<String, HostSubscribers> subscribersByHost = new HashMap<>();

  UsageScheduler(
      Vertx vertx,
      Clocks clocks,
      FleetView view,
      Function<String, InspectionService> collectors,
      GpuAggregation gpuAggregation) {
    this.clocks = clocks;
    this.view = view;
    this.collectors = collectors;
    this.gpuAggregation = gpuAggregation;
    this.samples = new CoalescingCache<>(HostSelector.MAX_CACHED_HOSTS, clocks.nanoTime());
    this.metronome = new Metronome(vertx, clocks.wallClock(), TICK_INTERVAL);
  }

  /** Sends the session the usage of its host now, then at each of its intervals. */
  void add(UsageSession session) {
    if (subscribersByHost.isEmpty()) {
      metronome.start(this::tick, () -> {});
    }
    // The session is served now, not again in this second.
    session.advanceTo(toSecond(clocks.wallClock().instant()));
    subscribersByHost
        .computeIfAbsent(
            session.host(),
            host -> new HostSubscribers(host, () -> sample(host), () -> lastKnownAtSeconds(host)))
        .add(session);
  }

  /** Stops the updates of the session; does nothing if it was not added. */
  void remove(UsageSession session) {
    var subscribers = subscribersByHost.get(session.host());
    if (subscribers == null) {
      return;
    }
    subscribers.remove(session);
    if (subscribers.isEmpty()) {
      subscribersByHost.remove(session.host());
    }
    if (subscribersByHost.isEmpty()) {
      metronome.stop();
    }
  }

  /** The number of hosts with subscribers. */
  int hostCount() {
    return subscribersByHost.size();
  }

  /**
   * Starts the requests to the hosts; does not wait for the replies, each of which has a timeout.
   */
  private Future<?> tick(Instant tickAt) {
    var second = toSecond(tickAt);
    List.copyOf(subscribersByHost.values()).forEach(subscribers -> subscribers.tick(second));
    return Future.succeededFuture();
  }

  private OptionalLong lastKnownAtSeconds(String host) {
    var sampledAt = samples.latest(host).stream().mapToLong(sample -> sample.value().atSeconds());
    var frameAt =
        view.newestFrame(host).stream()
            .mapToLong(frame -> frame.header().sampledAt().getEpochSecond());
    return LongStream.concat(sampledAt, frameAt).max();
  }

  private Future<UsageSample> sample(String host) {
    return samples.get(host, MAX_SAMPLE_AGE, () -> loadSample(host)).map(TimedValue::value);
  }

  private Future<TimedValue<UsageSample>> loadSample(String host) {
    return collectors
        .apply(host)
        .vitals(new SampleRequest(MAX_SAMPLE_AGE.toMillis()))
        .map(
            sampled ->
                TimedValue.ofAge(
                    UsageSample.of(host, sampled.value(), gpuAggregation),
                    sampled.ageMillis(),
                    clocks.nanoTime().getAsLong()));
  }

  private static long toSecond(Instant at) {
    return Math.floorDiv(at.toEpochMilli() + EARLY_MILLIS, TICK_INTERVAL.toMillis());
  }
}
