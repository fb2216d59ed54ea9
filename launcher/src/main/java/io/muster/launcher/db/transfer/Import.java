package io.muster.launcher.db.transfer;

import io.muster.aggregator.maintenance.Retention;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table on their way into the database: batches in transactions, each of which also
 * updates what is derived from its rows. A row that is stored already changes nothing, so that an
 * import may be repeated. No maintenance runs meanwhile; everything else does. May be used by any
 * thread, one call at a time.
 */
public final class Import {
  /**
   * Number of rows after which a transaction ends. Hours are rolled up at its end, each from all of
   * its heartbeats: with fewer rows more often, with more rows locks are held for longer.
   */
  private static final int MAX_TRANSACTION_ROWS = 200_000;

  private static final Duration TIMEOUT = Duration.ofDays(20);

  /** The lock may still be that of an import that has just ended. */
  private static final String SESSION_SETTINGS =
      "SET lock_timeout = '2s'; SET statement_timeout = '10min'; SET jit = off; SET work_mem ="
          + " '64MB'";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final SqlStatement CREATE_TABLES = load("create-temporary-tables.sql");
  private static final SqlStatement REGISTER_CLIENTS = load("register-clients.sql");
  private static final SqlStatement LOCK_CLIENTS = load("lock-clients.sql");
  private static final SqlStatement REGISTER_DEVICES = load("register-devices.sql");
  private static final SqlStatement UNPACK_HEARTBEATS = load("unpack-heartbeats.sql");
  private static final SqlStatement MERGE_MINUTES = load("merge-minutes.sql");

  /** In the order in which ingest writes these tables, so that they cannot deadlock. */
  private static final List<SqlStatement> ROLL_UP_HOURS =
      List.of(
          load("create-hours.sql"),
          load("lock-hours.sql"),
          load("roll-up-hours.sql"),
          load("update-states.sql"),
          load("mark-stale-days.sql"),
          load("mark-stale-hours.sql"));

  private final SqlConnection connection;
  private final Promise<Void> end;
  private final TransferTable table;
  private final ImportWindow window;
  private final Set<LocalDate> partitionedDays = new HashSet<>();
  private @Nullable Transaction transaction;
  private int transactionRows;
  private ImportCounts uncommitted = ImportCounts.NONE;
  private ImportCounts committed = ImportCounts.NONE;

  private Import(
      SqlConnection connection, Promise<Void> end, TransferTable table, ImportWindow window) {
    this.connection = connection;
    this.end = end;
    this.table = table;
    this.window = window;
  }

  /**
   * Opens an import. Fails with {@code UNAVAILABLE} if an aggregator is running maintenance, or
   * another import is.
   */
  public static Future<Import> open(
      Database database, TransferTable table, Retention retention, Instant now) {
    var opened = Promise.<Import>promise();
    var end = Promise.<Void>promise();
    var window = ImportWindow.of(table, retention, now);
    database
        .withDedicatedConnection(
            TIMEOUT,
            connection ->
                prepare(connection)
                    .onSuccess(
                        prepared -> opened.complete(new Import(connection, end, table, window)))
                    .compose(prepared -> end.future()))
        .onFailure(opened::tryFail);
    return opened.future();
  }

  /** Stores rows; they are committed later, at the latest by {@link #commit}. */
  public Future<Void> store(List<ImportedRow> rows) {
    var old = rows.stream().filter(window::isTooOld).count();
    var storable =
        rows.stream().filter(row -> !window.isTooOld(row) && !window.isTooNew(row)).toList();
    count(new ImportCounts(rows.size(), 0, 0, 0, old, rows.size() - old - storable.size()));
    return storable.isEmpty()
        ? Future.succeededFuture()
        : createPartitions(storable).compose(created -> storeBatch(storable));
  }

  /** Rolls up and commits what was stored. */
  public Future<Void> commit() {
    var current = transaction;
    transaction = null;
    transactionRows = 0;
    return (current == null
            ? Future.<Void>succeededFuture()
            : rollUp().compose(done -> current.commit()))
        .onSuccess(
            done -> {
              committed = committed.plus(uncommitted);
              uncommitted = ImportCounts.NONE;
            });
  }

  /** Returns the counts of the rows that are committed, or skipped. */
  public ImportCounts counts() {
    return committed;
  }

  /** Releases the connection; what is not committed is rolled back. May be called again. */
  public void close() {
    end.tryComplete();
  }

  private static Future<Void> prepare(SqlConnection connection) {
    return connection
        .query(SESSION_SETTINGS)
        .execute()
        .compose(set -> AdvisoryLock.MAINTENANCE.acquireForSession(connection))
        .recover(cause -> Future.failedFuture(toLockFailure(cause)))
        .compose(acquired -> connection.query("SET lock_timeout = 0").execute())
        .compose(set -> connection.query(CREATE_TABLES.sql()).execute())
        .mapEmpty();
  }

  private static Throwable toLockFailure(Throwable cause) {
    return cause instanceof PgException failure && LOCK_NOT_AVAILABLE.equals(failure.getSqlState())
        ? new FleetException(
            Code.UNAVAILABLE,
            "an aggregator is running maintenance, or another import is running; try again in a"
                + " minute")
        : cause;
  }

  /** Creates missing partitions, outside of the transaction, because they are locked by it. */
  private Future<Void> createPartitions(List<ImportedRow> rows) {
    var days =
        rows.stream()
            .map(ImportedRow::day)
            .filter(day -> !partitionedDays.contains(day))
            .collect(Collectors.toSet());
    return table.partitionedTables().isEmpty() || days.isEmpty()
        ? Future.succeededFuture()
        : commit()
            .compose(
                committed -> Partitions.createMissing(connection, table.partitionedTables(), days))
            .onSuccess(created -> partitionedDays.addAll(days))
            .mapEmpty();
  }

  private Future<Void> storeBatch(List<ImportedRow> rows) {
    var batch = new ImportBatch(table, rows, window.now());
    return begin()
        .compose(begun -> register(batch))
        .compose(registered -> batch.execute(table.importStatement(), connection))
        .compose(
            result -> {
              var row = result.iterator().next();
              var stored = row.getLong("stored");
              var orphans = row.getLong("orphans");
              count(new ImportCounts(0, stored, rows.size() - stored - orphans, orphans, 0, 0));
              transactionRows += rows.size();
              return transactionRows >= MAX_TRANSACTION_ROWS ? commit() : Future.succeededFuture();
            });
  }

  private void count(ImportCounts others) {
    uncommitted = uncommitted.plus(others);
  }

  private Future<Void> begin() {
    if (transaction != null) {
      return Future.succeededFuture();
    }
    return connection
        .begin()
        .compose(
            begun -> {
              transaction = begun;
              // Until the minutes are merged no other session may write those of the same hours.
              return table == TransferTable.DEVICE_MINUTES
                  ? AdvisoryLock.DEVICE_ROLLUPS.acquire(connection)
                  : Future.succeededFuture();
            });
  }

  private Future<?> register(ImportBatch batch) {
    return switch (table) {
      case MODELS, CLIENTS -> Future.succeededFuture();
      case HEARTBEATS, DEVICE_READINGS, HOURS, DEVICE_MINUTES, DEVICE_HOURS, DAYS, DEVICES ->
          batch
              .execute(REGISTER_CLIENTS, connection)
              .compose(registered -> batch.execute(LOCK_CLIENTS, connection))
              .compose(
                  locked ->
                      table.hasDevices()
                          ? batch.execute(REGISTER_DEVICES, connection)
                          : Future.succeededFuture())
              .compose(
                  registered ->
                      table == TransferTable.DEVICE_READINGS
                          ? batch.execute(UNPACK_HEARTBEATS, connection)
                          : Future.succeededFuture());
    };
  }

  private Future<?> rollUp() {
    var statements =
        switch (table) {
          case HEARTBEATS, DEVICE_READINGS -> ROLL_UP_HOURS;
          case DEVICE_MINUTES -> List.of(MERGE_MINUTES);
          case HOURS, DEVICE_HOURS, DAYS, DEVICES, CLIENTS, MODELS -> List.<SqlStatement>of();
        };
    var batch = new ImportBatch(table, List.of(), window.now());
    Future<?> last = Future.succeededFuture();
    for (var statement : statements) {
      last = last.compose(done -> batch.execute(statement, connection));
    }
    return last;
  }

  private static SqlStatement load(String file) {
    return SqlStatement.load(Import.class, file);
  }
}
