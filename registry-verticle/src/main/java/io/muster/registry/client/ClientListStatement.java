package io.muster.registry.client;

import io.muster.runtime.database.SqlFilter;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientQuery;
import java.time.Instant;
import java.time.ZoneOffset;

/** The statement of a list query, one of eight texts. Values from the caller are parameters. */
final class ClientListStatement {
  private ClientListStatement() {}

  static SqlStatement.Binding of(SqlStatement list, ClientQuery query, Instant now) {
    return new SqlFilter()
        .and("client_id", query.clientId().map(ClientId::toUuid), "client_id = :client_id")
        .and("name_part", query.name(), "position(lower(:name_part) IN lower(name)) > 0")
        .and("status", query.status(), "status = :status")
        .bind(list)
        .bind("user_id", query.userId())
        .bind("valid_status", query.validStatus().orElse("valid"))
        .bind("now", now.atOffset(ZoneOffset.UTC))
        .bind("limit", query.slice().limit().orElse(null))
        .bind("offset", query.slice().offset());
  }
}
