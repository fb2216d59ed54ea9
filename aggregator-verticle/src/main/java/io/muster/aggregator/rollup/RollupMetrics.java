package io.muster.aggregator.rollup;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.node.Node;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The metrics of the roll-ups of a node. Safe for use by any thread. */
final class RollupMetrics {
  private final InstantSource clock;
  private final Timer durations;
  private final Counter clients;
  private final Counter days;
  private volatile Optional<LocalDate> oldestStaleDay = Optional.empty();

  RollupMetrics(Node node) {
    clock = node.clocks().wallClock();
    var meters = new MeterFactory(node.meterRegistry(), "muster.aggregator.");
    durations = meters.timer("fold", "Duration of the roll-ups that this node committed");
    clients =
        meters.counter("fold.clients", "Clients whose state was updated, counted at each roll-up");
    days = meters.counter("fold.days", "Client days that roll-ups inserted or changed");
    meters.gauge(
        "fold.stale.days",
        "Age in days of the oldest past day with changed hours at this node's last roll-up",
        this,
        RollupMetrics::staleDays);
  }

  void recordSuccess(RollupResult result, Duration duration) {
    durations.record(duration);
    clients.increment(result.clients());
    days.increment(result.days());
    oldestStaleDay = result.oldestStaleDay();
  }

  private double staleDays() {
    var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return oldestStaleDay.map(day -> (double) ChronoUnit.DAYS.between(day, today)).orElse(0.0);
  }
}
