package io.muster.registry.client;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.RowPages;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientDetail;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.client.ClientTotal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The clients in PostgreSQL. Requests must be valid; the results are described at {@link
 * io.muster.bus.service.RegistryService}. Safe for use by any context.
 */
public final class PostgresClientStore {
  private static final SqlStatement REGISTER = load("register-client.sql");
  private static final SqlStatement ANNOUNCE = load("announce-client.sql");
  private static final SqlStatement EDIT = load("edit-client.sql");
  private static final String FIND_OWNED =
      "SELECT client_ref FROM client WHERE client_id = $1 AND user_id = $2";

  private final Database database;
  private final SqlStatement list;
  private final SqlStatement detail;
  private final InstantSource clock;

  /**
   * @param healthFormula formula by which health is computed
   */
  public PostgresClientStore(Database database, HealthFormula healthFormula, InstantSource clock) {
    this.database = database;
    this.list = healthFormula.load(PostgresClientStore.class, "list-clients.sql");
    this.detail = healthFormula.load(PostgresClientStore.class, "client-detail.sql");
    this.clock = clock;
  }

  /** Creates the client, or updates it if the same user owns it and it is not deleted. */
  public Future<Void> register(ClientRegistration registration) {
    return database
        .withConnection(bind(REGISTER, registration)::execute)
        .compose(
            rows ->
                rows.size() == 1
                    ? Future.succeededFuture()
                    : findClientOfUser(registration.clientId(), registration.userId())
                        .compose(
                            owned ->
                                Future.failedFuture(
                                    registrationRejection(
                                        registration.clientId(), owned.size() == 1))));
  }

  /** Creates the client, or assigns it to the user of the registration. */
  public Future<Void> announce(ClientRegistration registration) {
    return database.withConnection(bind(ANNOUNCE, registration)::execute).mapEmpty();
  }

  /** Changes the given fields; without any, not even the time of the last update changes. */
  public Future<Void> edit(ClientEdit edit) {
    return (hasChanges(edit) ? update(edit) : findClientOfUser(edit.clientId(), edit.userId()))
        .compose(
            rows ->
                rows.size() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(unknownClient(edit.clientId())));
  }

  /** Returns the clients that match, and their number. */
  public Future<Pages<ClientTotal, ClientSummary>> list(ClientQuery query) {
    var statement = ClientListStatement.of(list, query, clock.instant());
    return database
        .openCursor(statement.sql(), statement.values())
        .compose(
            cursor ->
                RowPages.fromHeadRow(
                    cursor,
                    row -> new ClientTotal(row.getLong("total")),
                    row -> new ClientRow(row).summary()));
  }

  /** Returns one client in detail. */
  public Future<ClientDetail> detail(ClientKey key) {
    var statement =
        detail
            .bind("user_id", key.userId())
            .bind("client_id", ClientId.toUuid(key.clientId()))
            .bind("now", now());
    return database
        .withConnection(statement::execute)
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.failedFuture(unknownClient(key.clientId()))
                    : Future.succeededFuture(toDetail(rows)));
  }

  private static ClientDetail toDetail(RowSet<Row> rows) {
    var deviceRows = rows.stream().map(ClientRow::new).toList();
    var deviceMemoryMebibytes =
        deviceRows.stream().mapToLong(ClientRow::deviceMemoryMebibytes).sum();
    return new ClientDetail(
        deviceRows.get(0).host(deviceMemoryMebibytes),
        deviceRows.stream().map(ClientRow::device).flatMap(Optional::stream).toList());
  }

  private Future<RowSet<Row>> update(ClientEdit edit) {
    var statement =
        EDIT.bind("client_id", ClientId.toUuid(edit.clientId()))
            .bind("user_id", edit.userId())
            .bind("name", edit.name().orElse(null))
            .bind("os_type", edit.osType().orElse(null))
            .bind("status", edit.clientStatus().orElse(null))
            .bind("valid_status", edit.validStatus().orElse(null))
            .bind("now", now());
    return database.withConnection(statement::execute);
  }

  /** Returns one row if the user has the client, deleted or not. */
  private Future<RowSet<Row>> findClientOfUser(String clientId, String userId) {
    var key = Tuple.of(ClientId.toUuid(clientId), userId);
    return database.withConnection(sql -> sql.preparedQuery(FIND_OWNED).execute(key));
  }

  private SqlStatement.Binding bind(SqlStatement statement, ClientRegistration registration) {
    return statement
        .bind("client_id", ClientId.toUuid(registration.clientId()))
        .bind("user_id", registration.userId())
        .bind("name", registration.name())
        .bind("os_type", registration.osType().orElse(null))
        .bind("status", registration.clientStatus())
        .bind("now", now());
  }

  private static SqlStatement load(String file) {
    return SqlStatement.load(PostgresClientStore.class, file);
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private static boolean hasChanges(ClientEdit edit) {
    return edit.name().isPresent()
        || edit.osType().isPresent()
        || edit.clientStatus().isPresent()
        || edit.validStatus().isPresent();
  }

  private static FleetException registrationRejection(String clientId, boolean isDeleted) {
    return new FleetException(
        Code.INVALID_ARGUMENT,
        "client_id="
            + clientId
            + (isDeleted
                ? ": this client is deleted; edit_client_info with valid_status=valid restores it"
                : ": cannot be registered by this user"));
  }

  private static FleetException unknownClient(String clientId) {
    return new FleetException(Code.CLIENT_UNKNOWN, "Device not found: client_id=" + clientId);
  }
}
