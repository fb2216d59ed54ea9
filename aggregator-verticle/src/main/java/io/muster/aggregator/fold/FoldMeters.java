package io.muster.aggregator.fold;

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

/** What a node tells of its folds. */
final class FoldMeters {
  private static final String METER = "muster.aggregator.fold";

  private final InstantSource clock;
  private final Timer folds;
  private final Counter failures;
  private final Counter clients;
  private final Counter days;
  private volatile Optional<LocalDate> oldestStale = Optional.empty();

  FoldMeters(Node node) {
    clock = node.clocks().wallClock();
    folds =
        Timer.builder(METER)
            .description("Time of the folds that this node committed")
            .register(node.meterRegistry());
    failures =
        Counter.builder(METER + ".failed")
            .description("Folds that failed and changed nothing")
            .register(node.meterRegistry());
    clients =
        Counter.builder(METER + ".clients")
            .description("Clients whose state was folded, counted at each fold")
            .register(node.meterRegistry());
    days =
        Counter.builder(METER + ".days")
            .description("Days of clients that a fold made or changed")
            .register(node.meterRegistry());
    Gauge.builder(METER + ".stale.days", this, FoldMeters::staleDays)
        .description("Age of the oldest past day whose hours had changed, at this node's last fold")
        .register(node.meterRegistry());
  }

  void folded(Folded folded, Duration took) {
    folds.record(took);
    clients.increment(folded.clients());
    days.increment(folded.days());
    oldestStale = folded.oldestStale();
  }

  void failed() {
    failures.increment();
  }

  private double staleDays() {
    var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return oldestStale.map(day -> (double) ChronoUnit.DAYS.between(day, today)).orElse(0.0);
  }
}
