package io.muster.registry.client;

import static io.muster.registry.RegistryTables.await;

import io.muster.registry.RegistryTables;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientDetail;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.client.ClientTotal;
import io.muster.schema.client.LimitOffset;
import io.muster.testkit.AllRows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The clients of a user that no other test uses, at an instant that the test sets. */
final class ClientFixture {
  static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  static final Optional<String> NONE = Optional.empty();

  final String user = UUID.randomUUID().toString().substring(0, 30);
  final PostgresClientStore store;
  final RegistryTables tables;
  Instant now = NOON;

  ClientFixture(Database database) {
    this(database, HealthFormula.FULL);
  }

  ClientFixture(Database database, HealthFormula healthFormula) {
    this.store = new PostgresClientStore(database, healthFormula, () -> now);
    this.tables = new RegistryTables(database);
  }

  static String newId() {
    return ClientId.fromUuid(UUID.randomUUID());
  }

  /** Registers a new client that is declared online. */
  String add(String name) {
    return add(name, "online");
  }

  String add(String name, String status) {
    var id = newId();
    register(id, name, status, NONE);
    return id;
  }

  void register(String id, String name, String status, Optional<String> osType) {
    await(store.register(new ClientRegistration(user, id, status, osType, name)));
  }

  void announce(String id, String name, Optional<String> osType) {
    await(store.announce(new ClientRegistration(user, id, "online", osType, name)));
  }

  /** Changes name, status and valid status, as far as they are given. */
  void edit(
      String id, Optional<String> name, Optional<String> status, Optional<String> validStatus) {
    await(store.edit(new ClientEdit(user, id, NONE, name, status, validStatus)));
  }

  ClientQuery unfilteredQuery() {
    return query(NONE, NONE, NONE, NONE);
  }

  ClientQuery query(
      Optional<String> id,
      Optional<String> status,
      Optional<String> name,
      Optional<String> validStatus) {
    return new ClientQuery(user, id, status, name, validStatus, LimitOffset.ALL);
  }

  AllRows<ClientTotal, ClientSummary> list(ClientQuery query) {
    return AllRows.of(store.list(query), ClientSummary.class);
  }

  List<ClientSummary> list() {
    return list(unfilteredQuery()).rows();
  }

  List<String> ids(
      Optional<String> id,
      Optional<String> status,
      Optional<String> name,
      Optional<String> validStatus) {
    return list(query(id, status, name, validStatus)).rows().stream()
        .map(ClientSummary::clientId)
        .toList();
  }

  /** The one client that is listed under the id. */
  ClientSummary summary(String id) {
    return list(query(Optional.of(id), NONE, NONE, NONE)).rows().get(0);
  }

  ClientDetail detail(String id) {
    return await(store.detail(new ClientKey(user, id)));
  }
}
