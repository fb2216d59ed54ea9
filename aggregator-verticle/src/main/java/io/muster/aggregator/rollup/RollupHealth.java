package io.muster.aggregator.rollup;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health of one kind of roll-up: the result of the last run of this node, and the age of the
 * rolled-up data, which is the same on all nodes, whichever rolls up. Safe for use by any thread.
 */
final class RollupHealth {
  private static final Logger log = LoggerFactory.getLogger(RollupHealth.class);
  private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(10);

  private final String subject;
  private final Duration maxAge;
  private final InstantSource clock;
  private final Counter failures;
  private volatile Instant completeUntil;
  private volatile Optional<String> failure = Optional.empty();

  /**
   * Registers the health check and the metrics.
   *
   * @param component component of {@code /readyz}
   * @param subject the roll-up, in messages
   * @param maxAge age of the data from which a roll-up is late
   */
  RollupHealth(Node node, String component, String subject, Duration maxAge) {
    this.subject = subject;
    this.maxAge = maxAge;
    this.clock = node.clocks().wallClock();
    this.completeUntil = clock.instant();
    var meters = new MeterFactory(node.meterRegistry(), "muster.aggregator.");
    var prefix = component.replace('_', '.');
    failures = meters.counter(prefix + ".failed", "Runs of the " + subject + " that failed");
    meters.gauge(
        prefix + ".age.seconds",
        "Time since the instant up to which the " + subject + " of all nodes is complete",
        this,
        health -> health.age().toMillis() / 1000.0);
    node.health().add(component, "the " + subject + " failed or is late", this::problem);
  }

  /**
   * Reads the progress now and then, independently of the runs, which may hang or wait.
   *
   * @param sql returns the instant up to which the roll-up is complete
   */
  void watch(Vertx vertx, Database database, String sql) {
    Supplier<Future<Instant>> progress =
        () ->
            database
                .withConnection(connection -> connection.query(sql).execute())
                .map(rows -> rows.iterator().next().getOffsetDateTime(0).toInstant());
    // A database that does not answer is reported as such, and the age grows.
    vertx.setPeriodic(
        0, REFRESH_INTERVAL.toMillis(), fired -> progress.get().onSuccess(this::recordProgress));
  }

  void recordProgress(Instant instant) {
    completeUntil = instant;
  }

  void recordSuccess() {
    if (failure.isPresent()) {
      log.info("{} recovered", subject);
    }
    failure = Optional.empty();
  }

  void recordFailure(Throwable cause) {
    failures.increment();
    var message = String.valueOf(cause.getMessage());
    if (failure.isEmpty()) {
      log.warn("{} failed reason={}", subject, message);
    }
    failure = Optional.of(message);
  }

  /** Returns the reason why the last run failed or the data is too old, or empty. */
  Optional<String> problem() {
    return failure.or(this::lateness);
  }

  private Optional<String> lateness() {
    var age = age();
    return age.compareTo(maxAge) > 0
        ? Optional.of("the %s is late: complete until %s".formatted(subject, completeUntil))
        : Optional.empty();
  }

  /** Returns zero for an instant in the future: a clock was set back, or another one is ahead. */
  private Duration age() {
    var age = Duration.between(completeUntil, clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }
}
