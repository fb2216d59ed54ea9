package io.muster.aggregator.warning;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.schema.event.FleetEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The evaluation of the heartbeats of clients that have warnings, or may get some, on PostgreSQL:
 * part by part, each in a transaction of its own, on one node at a time. Safe for use by any
 * context.
 */
public final class PostgresWarnings {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration MAX_DURATION = Duration.ofSeconds(30);
  private static final int MAX_CLIENTS = 5_000;

  /** Approximate maximum number of heartbeats of one part, which are in memory at once. */
  private static final long MAX_HEARTBEATS = 50_000;

  /** JIT compilation is not worthwhile, as in the roll-ups. */
  private static final String DISABLE_JIT = "SET LOCAL jit = off";

  private static final SqlStatement SELECT_DUE_CLIENTS =
      SqlStatement.load(PostgresWarnings.class, "select-due-clients.sql");

  private final Database database;
  private final InstantSource clock;
  private final Consumer<List<FleetEvent>> publisher;

  /**
   * Creates the evaluation.
   *
   * @param publisher receives the begins and ends of warnings, after the commit
   */
  public PostgresWarnings(
      Database database, InstantSource clock, Consumer<List<FleetEvent>> publisher) {
    this.database = database;
    this.clock = clock;
    this.publisher = publisher;
  }

  /**
   * Returns the conditions of which the heartbeats of a client that has no warnings, and gets none,
   * show none: as texts of a statement.
   */
  public static Map<String, String> conditionTexts() {
    return WarningRule.texts();
  }

  /**
   * Evaluates all stored heartbeats; stops if another node rolls up, and after half a minute, so
   * that a long history does not delay the next roll-up: that continues.
   */
  public Future<Void> evaluateAll() {
    return evaluateUntil(clock.instant().plus(MAX_DURATION));
  }

  private Future<Void> evaluateUntil(Instant deadline) {
    return evaluateNext()
        .compose(
            clients ->
                clients == 0 || !clock.instant().isBefore(deadline)
                    ? Future.succeededFuture()
                    : evaluateUntil(deadline));
  }

  /** Evaluates the next part, and returns the number of its clients. */
  private Future<Integer> evaluateNext() {
    return database
        .withTransaction(
            TIMEOUT,
            transaction ->
                AdvisoryLock.ROLLUPS.ifFree(
                    transaction, () -> evaluateUnderLock(transaction), EvaluatedPart.NONE))
        .onSuccess(part -> publisher.accept(part.events()))
        .map(EvaluatedPart::clients);
  }

  private Future<EvaluatedPart> evaluateUnderLock(SqlConnection transaction) {
    return transaction
        .query(DISABLE_JIT)
        .execute()
        .compose(
            set ->
                SELECT_DUE_CLIENTS
                    .bind("max_clients", MAX_CLIENTS)
                    .bind("max_heartbeats", MAX_HEARTBEATS)
                    .execute(transaction))
        .compose(
            rows -> {
              var evaluations = new ArrayList<ClientEvaluation>();
              rows.forEach(row -> evaluations.add(new ClientEvaluation(row)));
              return evaluations.isEmpty()
                  ? Future.succeededFuture(EvaluatedPart.NONE)
                  : new WarningTransaction(transaction, evaluations, clock.instant())
                      .run()
                      .map(events -> new EvaluatedPart(evaluations.size(), events));
            });
  }

  /**
   * The result of one part.
   *
   * @param clients number of clients that were evaluated
   */
  private record EvaluatedPart(int clients, List<FleetEvent> events) {
    static final EvaluatedPart NONE = new EvaluatedPart(0, List.of());
  }
}
