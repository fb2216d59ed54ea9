package io.muster.aggregator.store;

import static java.time.ZoneOffset.UTC;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes heartbeats in one statement. Requests that need care are left by it, and go in a
 * transaction of their own: those that show that their host's clock has moved, so that all
 * aggregators correct it alike, and those with heartbeats of days that may be packed, so that none
 * is stored beside its pack.
 */
public final class PostgresHeartbeatStore implements HeartbeatStore {
  private final Database database;
  private final InstantSource clock;
  private final GpuCatalog catalog;
  private final Window window;

  public PostgresHeartbeatStore(Database database, InstantSource clock, GpuCatalog catalog) {
    this.database = database;
    this.clock = clock;
    this.catalog = catalog;
    this.window = new Window(database, clock);
  }

  @Override
  public Future<Stored> store(List<Arrival> arrivals) {
    var columns = new Columns(arrivals.stream().map(arrival -> arrival.share(catalog)).toList());
    return tried(columns, Attempt.FIRST, this::written).compose(this::withCare);
  }

  private Future<List<Answer>> tried(Columns columns, Attempt attempt, Writing writing) {
    return (attempt.rereading() ? window.reread() : window.oldest())
        .compose(oldest -> writing.answers(columns, attempt, oldest))
        .recover(
            cause ->
                attempt
                    .after(cause)
                    .map(next -> tried(columns, next, writing))
                    .orElseGet(() -> Future.failedFuture(cause)));
  }

  private Future<List<Answer>> written(Columns columns, Attempt attempt, Instant oldest) {
    return database.withConnection(
        connection -> executed(connection, IngestSql.USUAL, columns, parameters(attempt, oldest)));
  }

  private Future<List<Answer>> writtenWithCare(Columns columns, Attempt attempt, Instant oldest) {
    return database.withTransaction(
        transaction ->
            transaction
                .query(IngestSql.PATIENCE)
                .execute()
                .compose(set -> AdvisoryLock.COMPACTION.acquireShared(transaction))
                .compose(unpacked -> clocksSettled(transaction, columns))
                .compose(
                    settled ->
                        executed(
                            transaction, IngestSql.CAREFUL, columns, parameters(attempt, oldest))));
  }

  private Future<?> clocksSettled(SqlConnection transaction, Columns columns) {
    return transaction
        .preparedQuery(IngestSql.LOCK_CLIENTS)
        .execute(columns.clients())
        .compose(
            locked ->
                transaction
                    .preparedQuery(IngestSql.CLOCKS)
                    .execute(columns.clocks(clock.instant().atOffset(UTC))));
  }

  private Object[] parameters(Attempt attempt, Instant oldest) {
    var today = clock.instant().truncatedTo(ChronoUnit.DAYS).atOffset(UTC);
    return new Object[] {oldest.toEpochMilli(), attempt.trusting(), today};
  }

  private static Future<List<Answer>> executed(
      SqlConnection connection, String sql, Columns columns, Object[] parameters) {
    return connection
        .preparedQuery(sql)
        .execute(columns.with(parameters))
        .map(rows -> answers(columns, rows));
  }

  private static List<Answer> answers(Columns columns, RowSet<Row> rows) {
    var answers = new ArrayList<Answer>();
    rows.forEach(row -> answers.add(Answer.of(columns.shares().get(row.getInteger(0) - 1), row)));
    return answers;
  }

  private Future<Stored> withCare(List<Answer> answers) {
    var left = answers.stream().filter(Answer::isLeft).map(Answer::share).toList();
    var receipts = receipts(answers);
    if (left.isEmpty()) {
      return Future.succeededFuture(Stored.of(receipts));
    }
    return tried(new Columns(left), Attempt.FIRST, this::writtenWithCare)
        .map(late -> joined(receipts, receipts(late)))
        .map(Stored::of)
        .recover(cause -> Future.succeededFuture(stored(receipts, left, cause)));
  }

  private static Stored stored(
      Map<String, HeartbeatReceipt> receipts, List<Share> left, Throwable cause) {
    var clients =
        left.stream().map(share -> share.arrival().clientId()).collect(Collectors.toSet());
    return new Stored(receipts, clients, Optional.of(cause));
  }

  private static Map<String, HeartbeatReceipt> receipts(List<Answer> answers) {
    return answers.stream()
        .filter(answer -> !answer.isLeft())
        .collect(Collectors.toMap(Answer::clientId, Answer::receipt));
  }

  private static Map<String, HeartbeatReceipt> joined(
      Map<String, HeartbeatReceipt> one, Map<String, HeartbeatReceipt> other) {
    var joined = new HashMap<>(one);
    joined.putAll(other);
    return joined;
  }

  /** One of the two ways to write. */
  private interface Writing {
    Future<List<Answer>> answers(Columns columns, Attempt attempt, Instant oldest);
  }

  /**
   * What a statement says of a request.
   *
   * @param isLeft whether it has stored nothing of it because that needs care
   */
  private record Answer(Share share, boolean isLeft, int fitting, int accepted) {
    static Answer of(Share share, Row row) {
      return new Answer(share, row.getBoolean(1), row.getInteger(2), row.getInteger(3));
    }

    String clientId() {
      return share.arrival().clientId();
    }

    HeartbeatReceipt receipt() {
      return share.receipt(fitting, accepted);
    }
  }
}
