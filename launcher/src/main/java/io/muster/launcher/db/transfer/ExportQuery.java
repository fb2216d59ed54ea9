package io.muster.launcher.db.transfer;

import io.muster.runtime.database.SqlFilter;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import java.time.Instant;
import java.util.Optional;

/**
 * The selection of rows to export.
 *
 * @param from first instant; empty: the oldest stored
 * @param until end, exclusive; empty: no end
 * @param clientId only rows of this client, normalized
 * @param userId only rows of the clients of this user
 */
public record ExportQuery(
    TransferTable table,
    Optional<Instant> from,
    Optional<Instant> until,
    Optional<String> clientId,
    Optional<String> userId) {

  /** Returns a query for all rows. */
  static ExportQuery all(TransferTable table) {
    return new ExportQuery(
        table, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Begins an execution of the statement, with conditions in a form that an index supports. */
  SqlStatement.Binding bind() {
    return new SqlFilter()
        .and("client_id", clientId.map(ClientId::toUuid), clientCondition("client_id = :client_id"))
        .and("user_id", userId, clientCondition("user_id = :user_id"))
        .bind(table.exportStatement());
  }

  private static String clientCondition(String condition) {
    return "client_ref = ANY (ARRAY(SELECT client_ref FROM client WHERE " + condition + "))";
  }
}
