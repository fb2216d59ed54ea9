package io.muster.registry.client;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.runtime.database.schema.PartitionedTable;
import io.muster.schema.client.ClientId;
import io.vertx.core.Future;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Deletes clients with their history. A client becomes invalid first, so that its heartbeats are
 * unknown; then its history is deleted by statements of a bounded size; at last one transaction
 * deletes the client and what was written meanwhile. It may be interrupted at any point and
 * repeated. Safe for use by any context.
 */
final class ClientDeletion {
  /** Maximum number of rows of one statement, which takes some ten milliseconds. */
  private static final long MAX_ROWS = 5_000;

  private static final String INVALIDATE =
      "UPDATE client SET valid_status = 'invalid' WHERE client_id = $1 RETURNING client_ref";

  /**
   * The locks wait for statements that store heartbeats of the client, in the order of these
   * statements; others fail then, since they cannot write the state of a client that is deleted,
   * and are repeated without the client.
   */
  private static final List<String> LOCKS =
      List.of(
          "SELECT FROM client_state WHERE client_ref = $1 FOR UPDATE",
          "SELECT FROM client WHERE client_ref = $1 FOR UPDATE");

  private static final String DELETE_CLIENT = "DELETE FROM client WHERE client_ref = $1";
  private static final String OF_CLIENT = "client_ref = :client_ref";
  private static final String OF_DEVICES =
      "device_ref IN (SELECT device_ref FROM device WHERE client_ref = :client_ref)";
  private static final List<SqlStatement> HISTORY =
      Stream.concat(
              Arrays.stream(PartitionedTable.values()).map(ClientDeletion::delete),
              Stream.of(delete("client_day", OF_CLIENT, "day")))
          .toList();

  private final Database database;

  ClientDeletion(Database database) {
    this.database = database;
  }

  /** Deletes the client; fails with {@code CLIENT_UNKNOWN} if there is none. */
  Future<Void> run(String clientId) {
    return database
        .withConnection(
            sql -> sql.preparedQuery(INVALIDATE).execute(Tuple.of(ClientId.toUuid(clientId))))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.failedFuture(new FleetException(Code.CLIENT_UNKNOWN, "Host not found"))
                    : deleteAll(rows.iterator().next().getInteger(0)));
  }

  private Future<Void> deleteAll(int clientRef) {
    var deleted = Future.<Void>succeededFuture();
    for (var statement : HISTORY) {
      deleted = deleted.compose(previous -> deleteInBatches(statement, clientRef));
    }
    return deleted.compose(
        previous -> database.withTransaction(sql -> deleteRemaining(sql, clientRef)));
  }

  private Future<Void> deleteInBatches(SqlStatement statement, int clientRef) {
    return database
        .withConnection(sql -> execute(sql, statement, clientRef, MAX_ROWS))
        .compose(
            rows ->
                rows > MAX_ROWS ? deleteInBatches(statement, clientRef) : Future.succeededFuture());
  }

  /**
   * The locks exclude roll-ups and a compaction, which would otherwise write what they have read
   * before.
   */
  private static Future<Void> deleteRemaining(SqlConnection transaction, int clientRef) {
    var deleted =
        AdvisoryLock.ROLLUPS
            .acquire(transaction)
            .compose(locked -> AdvisoryLock.DEVICE_ROLLUPS.acquire(transaction))
            .compose(locked -> AdvisoryLock.COMPACTION.acquireForSharing(transaction));
    for (var lock : LOCKS) {
      deleted = deleted.compose(previous -> execute(transaction, lock, clientRef));
    }
    for (var statement : HISTORY) {
      deleted =
          deleted.compose(
              previous -> execute(transaction, statement, clientRef, Integer.MAX_VALUE).mapEmpty());
    }
    return deleted.compose(previous -> execute(transaction, DELETE_CLIENT, clientRef));
  }

  private static Future<Void> execute(SqlConnection sql, String statement, int clientRef) {
    return sql.preparedQuery(statement).execute(Tuple.of(clientRef)).mapEmpty();
  }

  private static Future<Integer> execute(
      SqlConnection sql, SqlStatement statement, int clientRef, long maxRows) {
    return statement
        .bind("client_ref", clientRef)
        .bind("max_rows", maxRows)
        .execute(sql)
        .map(RowSet::rowCount);
  }

  private static SqlStatement delete(PartitionedTable table) {
    return switch (table) {
      case HEARTBEAT -> delete(table.tableName(), OF_CLIENT, "ts");
      case HEARTBEAT_PACK, CLIENT_HOUR -> delete(table.tableName(), OF_CLIENT, "hour");
      case FLEET_EVENT -> delete(table.tableName(), OF_CLIENT, "at");
      case DEVICE_MINUTE, DEVICE_HOUR -> delete(table.tableName(), OF_DEVICES, "hour");
    };
  }

  private static SqlStatement delete(String table, String owner, String time) {
    return SqlStatement.load(ClientDeletion.class, "delete-history.sql")
        .with(Map.of("table", table, "owner", owner, "time", time));
  }
}
