package io.muster.registry.client;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.RowPages;
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
import java.util.stream.StreamSupport;

/**
 * The clients in PostgreSQL. Requests must be valid; the results are described at {@link
 * io.muster.bus.service.RegistryService}. Safe for use by any context.
 */
public final class PostgresClientStore {
  private final Database database;
  private final HealthFormula healthFormula;
  private final InstantSource clock;

  /**
   * @param healthFormula formula by which health is computed
   */
  public PostgresClientStore(Database database, HealthFormula healthFormula, InstantSource clock) {
    this.database = database;
    this.healthFormula = healthFormula;
    this.clock = clock;
  }

  /** Creates the client, or updates it if the same user owns it. */
  public Future<Void> register(ClientRegistration registration) {
    return execute(ClientSql.REGISTER, parameters(registration))
        .compose(
            rows ->
                rows.size() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new FleetException(
                            Code.INVALID_ARGUMENT,
                            "client_id="
                                + registration.clientId()
                                + ": cannot be registered by this user")));
  }

  /** Creates the client, or assigns it to the user of the registration. */
  public Future<Void> announce(ClientRegistration registration) {
    return execute(ClientSql.ANNOUNCE, parameters(registration)).mapEmpty();
  }

  /** Changes the given fields; without any, not even the time of the last update changes. */
  public Future<Void> edit(ClientEdit edit) {
    var key = Tuple.of(ClientId.toUuid(edit.clientId()), edit.userId());
    var ownedRows =
        hasChanges(edit)
            ? execute(
                ClientSql.EDIT,
                key.addString(edit.name().orElse(null))
                    .addString(edit.osType().orElse(null))
                    .addString(edit.clientStatus().orElse(null))
                    .addString(edit.validStatus().orElse(null))
                    .addOffsetDateTime(now()))
            : execute(ClientSql.FIND_OWNED, key);
    return ownedRows.compose(
        rows ->
            rows.size() == 1
                ? Future.succeededFuture()
                : Future.failedFuture(unknownClient(edit.clientId())));
  }

  /** Returns the clients that match, and their number. */
  public Future<Pages<ClientTotal, ClientSummary>> list(ClientQuery query) {
    var now = clock.instant();
    var statement = ClientListStatement.of(query, now);
    return database
        .openCursor(statement.sql(), statement.parameters())
        .compose(
            cursor ->
                RowPages.fromHeadRow(
                    cursor,
                    row -> new ClientTotal(row.getLong("total")),
                    row -> new ClientRow(row, healthFormula, now).summary()));
  }

  /** Returns one client in detail. */
  public Future<ClientDetail> detail(ClientKey key) {
    return execute(ClientSql.DETAIL, Tuple.of(key.userId(), ClientId.toUuid(key.clientId())))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.failedFuture(unknownClient(key.clientId()))
                    : Future.succeededFuture(toDetail(rows)));
  }

  private ClientDetail toDetail(RowSet<Row> rows) {
    var now = clock.instant();
    var deviceRows =
        StreamSupport.stream(rows.spliterator(), false)
            .map(row -> new ClientRow(row, healthFormula, now))
            .toList();
    var deviceMemoryMebibytes =
        deviceRows.stream().mapToLong(ClientRow::deviceMemoryMebibytes).sum();
    return new ClientDetail(
        deviceRows.get(0).host(deviceMemoryMebibytes),
        deviceRows.stream().map(ClientRow::device).flatMap(Optional::stream).toList());
  }

  private Future<RowSet<Row>> execute(String statement, Tuple parameters) {
    return database.withConnection(sql -> sql.preparedQuery(statement).execute(parameters));
  }

  private Tuple parameters(ClientRegistration registration) {
    return Tuple.of(
        ClientId.toUuid(registration.clientId()),
        registration.userId(),
        registration.name(),
        registration.osType().orElse(null),
        registration.clientStatus(),
        now());
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

  private static FleetException unknownClient(String clientId) {
    return new FleetException(Code.CLIENT_UNKNOWN, "Device not found: client_id=" + clientId);
  }
}
