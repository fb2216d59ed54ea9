package io.muster.runtime.database;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.metrics.MeterFactory;
import java.util.function.Function;

/**
 * The metrics of a database: sessions = losses + (1 while there is a session); calls = succeeded +
 * failures + in progress. Safe for use by any thread.
 */
final class DatabaseMetrics {
  final Counter openedSessions;
  final Counter lostSessions;
  final Counter failedAttempts;
  final Counter calls;
  private final Function<Code, Counter> failures;
  private final MeterFactory meters;

  DatabaseMetrics(MeterRegistry registry) {
    meters = new MeterFactory(registry, "muster.database.");
    openedSessions =
        meters.counter(
            "sessions",
            "Sessions established with the database server; all but the first are reconnects");
    lostSessions = meters.counter("losses", "Sessions with the database server that were lost");
    failedAttempts =
        meters.counter("attempts.failed", "Failed attempts to connect to the database server");
    calls = meters.counter("calls", "Calls to the database");
    failures =
        meters.counters("failures", "Failed calls to the database, by code", "code", Code.class);
  }

  void observe(Database database) {
    meters.gauge(
        "up",
        "1 if the database accepts statements, else 0",
        database,
        source -> source.state().isUsable() ? 1 : 0);
  }

  /** Counts a failed call; failures of a call have a code. */
  void countFailure(Throwable cause) {
    if (cause instanceof FleetException failure) {
      failures.apply(failure.code()).increment();
    }
  }
}
