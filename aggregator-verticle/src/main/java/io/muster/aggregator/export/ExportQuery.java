package io.muster.aggregator.export;

import io.muster.schema.client.ClientId;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Optional;

/**
 * What shall be exported.
 *
 * @param from first instant; empty: the oldest there is
 * @param until first instant that is too late; empty: all there is
 * @param clientId rows of this client alone, normalised
 * @param userId rows of the clients of this user alone
 */
public record ExportQuery(
    ExportTable table,
    Optional<Instant> from,
    Optional<Instant> until,
    Optional<String> clientId,
    Optional<String> userId) {

  /** All rows. */
  public static ExportQuery all(ExportTable table) {
    return new ExportQuery(
        table, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Which clients, as a condition that an index can answer. */
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

  /** The parameters, those for the time before them. */
  Tuple parameters(Tuple parameters) {
    clientId.map(ClientId::toUuid).ifPresent(parameters::addUUID);
    userId.ifPresent(parameters::addString);
    return parameters;
  }
}
