package io.muster.runtime.database.schema;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Migrates a database to the schema of this program: all missing migrations in one transaction,
 * under a lock, so that of several nodes that start at the same time only one applies them.
 */
public final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);

  /** Files in {@code db/}, in order. An applied file is never edited; a change is a new file. */
  private static final List<String> FILES =
      List.of(
          "V001__fleet.sql",
          "V002__history.sql",
          "V003__device_history.sql",
          "V004__series.sql",
          "V005__rollup_progress.sql",
          "V006__small_power.sql",
          "V007__fleet_events.sql");

  private static final String CREATE_MIGRATION_TABLE =
      "CREATE TABLE IF NOT EXISTS schema_migration (version int PRIMARY KEY, name text NOT NULL,"
          + " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())";

  private final List<Migration> migrations;

  Migrations(List<Migration> migrations) {
    this.migrations = List.copyOf(migrations);
  }

  /** The migrations of this program. */
  public static Migrations bundled() {
    return new Migrations(FILES.stream().map(Migration::bundled).toList());
  }

  /**
   * Applies the missing migrations and returns their number. Fails with {@code INVALID_ARGUMENT} if
   * the database is incompatible with this program: it is newer, or an applied migration differs.
   */
  public Future<Integer> apply(SqlConnection connection) {
    return AdvisoryLock.MIGRATIONS.withLock(
        connection,
        () ->
            loadOrCreateHistory(connection).compose(applied -> applyMissing(connection, applied)));
  }

  /**
   * Completes if the schema is that of this program, and changes nothing. Fails with {@code
   * INVALID_ARGUMENT} if it is older, newer, or different.
   */
  public Future<Void> verify(SqlConnection connection) {
    return loadHistory(connection, Future::succeededFuture)
        .compose(
            applied -> {
              var newest = applied.keySet().stream().max(Integer::compare).orElse(0);
              return newest < migrations.size()
                  ? rejectOutdatedSchema(newest)
                  : verifyHistory(applied);
            })
        .mapEmpty();
  }

  private static Future<Map<Integer, String>> loadOrCreateHistory(SqlConnection connection) {
    return loadHistory(
        connection, none -> connection.query(CREATE_MIGRATION_TABLE).execute().map(none));
  }

  private static Future<Map<Integer, String>> loadHistory(
      SqlConnection connection,
      Function<Map<Integer, String>, Future<Map<Integer, String>>> whenAbsent) {
    return connection
        .query("SELECT to_regclass('schema_migration') IS NOT NULL")
        .execute()
        .compose(
            exists ->
                exists.iterator().next().getBoolean(0)
                    ? loadChecksums(connection)
                    : whenAbsent.apply(Map.of()));
  }

  private static Future<Map<Integer, String>> loadChecksums(SqlConnection connection) {
    return connection
        .query("SELECT version, checksum FROM schema_migration")
        .execute()
        .map(
            rows -> {
              var checksums = new HashMap<Integer, String>();
              rows.forEach(row -> checksums.put(row.getInteger(0), row.getString(1)));
              return checksums;
            });
  }

  private Future<Integer> applyMissing(SqlConnection connection, Map<Integer, String> applied) {
    return verifyHistory(applied)
        .compose(
            verified -> {
              var missing =
                  migrations.stream()
                      .filter(migration -> !applied.containsKey(migration.version()))
                      .toList();
              var lastMigration = Future.<Void>succeededFuture();
              for (var migration : missing) {
                lastMigration =
                    lastMigration.compose(previous -> applyMigration(connection, migration));
              }
              return lastMigration.map(missing.size());
            });
  }

  /** Fails if a migration was applied that this program does not have. */
  private Future<Integer> verifyHistory(Map<Integer, String> applied) {
    var newest = applied.keySet().stream().max(Integer::compare).orElse(0);
    if (newest > migrations.size()) {
      return incompatible(
          "the schema is version "
              + newest
              + ", and this program supports at most "
              + migrations.size()
              + "; start the newer program, or use another database");
    }
    var changed =
        migrations.stream()
            .filter(migration -> applied.containsKey(migration.version()))
            .filter(migration -> !migration.checksum().equals(applied.get(migration.version())))
            .findFirst();
    if (changed.isPresent()) {
      return incompatible(
          "migration "
              + changed.get().name()
              + " differs from the one of this program; start the program that applied it, or use"
              + " another database");
    }
    return Future.succeededFuture(newest);
  }

  private static Future<Void> applyMigration(SqlConnection connection, Migration migration) {
    return connection
        .query(migration.sql())
        .execute()
        .compose(
            executed ->
                connection
                    .preparedQuery(
                        "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2,"
                            + " $3)")
                    .execute(Tuple.of(migration.version(), migration.name(), migration.checksum())))
        .onSuccess(recorded -> log.info("schema migrated version={}", migration.version()))
        .mapEmpty();
  }

  private Future<Integer> rejectOutdatedSchema(int newest) {
    return incompatible(
        "the schema is version "
            + newest
            + ", and this program needs "
            + migrations.size()
            + "; start a node of this program first (muster serve)");
  }

  private static Future<Integer> incompatible(String reason) {
    return Future.failedFuture(new FleetException(Code.INVALID_ARGUMENT, reason));
  }
}
