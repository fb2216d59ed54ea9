package io.muster.registry.client;

import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientQuery;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;

/**
 * A list query as a statement with its parameters. Values from the caller are always parameters.
 *
 * @param sql one of eight texts
 */
record ClientListStatement(String sql, Tuple parameters) {
  static ClientListStatement of(ClientQuery query, Instant now) {
    var parameters =
        Tuple.of(
            query.userId(),
            query.validStatus().orElse("valid"),
            now.atOffset(ZoneOffset.UTC),
            query.slice().limit().orElse(null),
            query.slice().offset());
    var conditions = new ArrayList<String>();
    query
        .clientId()
        .ifPresent(
            id ->
                conditions.add(
                    "client_id = " + placeholder(parameters.addUUID(ClientId.toUuid(id)))));
    query
        .name()
        .ifPresent(
            namePart ->
                conditions.add(
                    "position(lower("
                        + placeholder(parameters.addString(namePart))
                        + ") IN lower(name)) > 0"));
    query
        .status()
        .ifPresent(
            status -> conditions.add("status = " + placeholder(parameters.addString(status))));
    var where = conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions);
    return new ClientListStatement(ClientSql.list(where), parameters);
  }

  /** Returns the placeholder of the parameter that was added last. */
  private static String placeholder(Tuple parameters) {
    return "$" + parameters.size();
  }
}
