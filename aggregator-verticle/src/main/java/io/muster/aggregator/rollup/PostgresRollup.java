package io.muster.aggregator.rollup;

import io.muster.aggregator.warning.PostgresWarnings;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.schema.event.FleetEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The roll-up on PostgreSQL: one transaction, which makes all changes or none, and then the
 * evaluation of warnings, part by part. Several nodes may run it, one at a time. Safe for use by
 * any context.
 */
public final class PostgresRollup {
  /** A roll-up takes less than a second, except for the first one after a long outage. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /**
   * JIT compilation is not worthwhile: the planner may expect a thousand times more rows than there
   * are.
   */
  private static final String DISABLE_JIT = "SET LOCAL jit = off";

  private final Database database;
  private final InstantSource clock;
  private final PostgresWarnings warnings;

  /**
   * Creates the roll-up.
   *
   * @param publisher receives the begins and ends of warnings, after the commit
   */
  public PostgresRollup(
      Database database, InstantSource clock, Consumer<List<FleetEvent>> publisher) {
    this.database = database;
    this.clock = clock;
    this.warnings = new PostgresWarnings(database, clock, publisher);
  }

  /**
   * Updates days and client states from the hours, for all clients at once, and their warnings,
   * unless another node is doing so or has just done so: then the result is empty.
   *
   * @param minPause minimum time since the previous roll-up
   */
  public Future<Optional<RollupResult>> rollUpIfDue(Duration minPause) {
    return database
        .<Optional<RollupResult>>withTransaction(
            TIMEOUT,
            transaction ->
                AdvisoryLock.ROLLUPS.ifFree(
                    transaction, () -> rollUpUnderLock(transaction, minPause), Optional.empty()))
        .compose(
            result ->
                result.isPresent()
                    ? warnings.evaluateAll().map(result)
                    : Future.succeededFuture(result));
  }

  private Future<Optional<RollupResult>> rollUpUnderLock(
      SqlConnection transaction, Duration minPause) {
    var time = RollupTime.of(clock.instant());
    return transaction
        .query(DISABLE_JIT)
        .execute()
        .compose(set -> RollupWork.load(transaction, time))
        .compose(
            work ->
                work.isDue(time, minPause)
                    ? new RollupTransaction(transaction, time, work).run().map(Optional::of)
                    : Future.succeededFuture(Optional.empty()));
  }
}
