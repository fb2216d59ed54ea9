package io.muster.aggregator.history;

import io.muster.runtime.database.SqlStatement;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A statement about all clients of a user or about one of them, in two texts: with an optional
 * parameter PostgreSQL would plan for all clients.
 */
record ClientStatement(SqlStatement forAllClients, SqlStatement forOneClient) {
  static ClientStatement load(String file) {
    var statement = SqlStatement.load(ClientStatement.class, file);
    return new ClientStatement(
        statement.with(Map.of("client_condition", "")),
        statement.with(Map.of("client_condition", "AND c.client_id = :client_id")));
  }

  /**
   * Begins an execution.
   *
   * @param client only this client; empty: all clients of the user
   */
  SqlStatement.Binding bind(String userId, Optional<UUID> client) {
    var binding = (client.isPresent() ? forOneClient : forAllClients).bind("user_id", userId);
    client.ifPresent(id -> binding.bind("client_id", id));
    return binding;
  }
}
