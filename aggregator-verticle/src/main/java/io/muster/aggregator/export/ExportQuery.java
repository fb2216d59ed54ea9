package io.muster.aggregator.export;

import io.muster.schema.client.ClientId;
import io.vertx.sqlclient.Tuple;
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
    ExportTable table,
    Optional<Instant> from,
    Optional<Instant> until,
    Optional<String> clientId,
    Optional<String> userId) {

  /** Returns a query for all rows. */
  public static ExportQuery all(ExportTable table) {
    return new ExportQuery(
        table, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Returns the condition on the clients, in a form that an index supports. */
  String clientCondition() {
    var parameterNumber = table.hasTimestamps() ? 3 : 1;
    var conditions = new StringBuilder();
    if (clientId.isPresent()) {
      conditions.append(" AND client_id = $").append(parameterNumber++);
    }
    if (userId.isPresent()) {
      conditions.append(" AND user_id = $").append(parameterNumber);
    }
    return conditions.length() == 0
        ? ""
        : " AND client_ref = ANY (ARRAY(SELECT client_ref FROM client WHERE true"
            + conditions
            + "))";
  }

  /** Adds the parameters of the condition to those of the time. */
  Tuple parameters(Tuple parameters) {
    clientId.map(ClientId::toUuid).ifPresent(parameters::addUUID);
    userId.ifPresent(parameters::addString);
    return parameters;
  }
}
