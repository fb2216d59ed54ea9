package io.muster.aggregator.rollup;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.muster.runtime.node.Node;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The metrics of the roll-ups of a node. Safe for use by any thread. */
final class RollupMetrics {
  private static final String METRIC_NAME = "muster.aggregator.fold";

  private final InstantSource clock;
  private final Timer durations;
  private final Counter failures;
  private final Counter clients;
  private final Counter days;
  private volatile Optional<LocalDate> oldestStaleDay = Optional.empty();

  RollupMetrics(Node node) {
    clock = node.clocks().wallClock();
    durations =
        Timer.builder(METRIC_NAME)
            .description("Duration of the roll-ups that this node committed")
            .register(node.meterRegistry());
    failures =
        Counter.builder(METRIC_NAME + ".failed")
            .description("Roll-ups that failed and changed nothing")
            .register(node.meterRegistry());
    clients =
        Counter.builder(METRIC_NAME + ".clients")
            .description("Clients whose state was updated, counted at each roll-up")
            .register(node.meterRegistry());
    days =
        Counter.builder(METRIC_NAME + ".days")
            .description("Client days that roll-ups inserted or changed")
            .register(node.meterRegistry());
    Gauge.builder(METRIC_NAME + ".stale.days", this, RollupMetrics::staleDays)
        .description(
            "Age in days of the oldest past day with changed hours at this node's last roll-up")
        .register(node.meterRegistry());
  }

  void recordSuccess(RollupResult result, Duration duration) {
    durations.record(duration);
    clients.increment(result.clients());
    days.increment(result.days());
    oldestStaleDay = result.oldestStaleDay();
  }

  void recordFailure() {
    failures.increment();
  }

  private double staleDays() {
    var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return oldestStaleDay.map(day -> (double) ChronoUnit.DAYS.between(day, today)).orElse(0.0);
  }
}
