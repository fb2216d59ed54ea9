package io.muster.registry;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.Pages;
import io.muster.bus.service.RegistryService;
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
import io.muster.schema.json.WireTime;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;

/**
 * The registry on PostgreSQL. Several may run; they share nothing but the database. Any context may
 * call.
 */
final class PostgresRegistry implements RegistryService {
  private final Database database;
  private final InstantSource clock;

  PostgresRegistry(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Future<Void> register(ClientRegistration registration) {
    return written(RegistrySql.REGISTER, registration)
        .compose(
            rows ->
                rows == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new FleetException(
                            Code.INVALID_ARGUMENT,
                            "client_id="
                                + registration.clientId()
                                + ": cannot be registered by this user")));
  }

  @Override
  public Future<Void> announce(ClientRegistration registration) {
    return written(RegistrySql.ANNOUNCE, registration).mapEmpty();
  }

  @Override
  public Future<Void> edit(ClientEdit edit) {
    return notYet();
  }

  @Override
  public Future<Pages<ClientTotal>> clients(ClientQuery query) {
    var refusal = RequestCheck.refusal(query);
    if (refusal.isPresent()) {
      return Future.failedFuture(refusal.get());
    }
    var now = clock.instant();
    var filter = ClientFilter.of(query, now);
    return database
        .cursor(filter.sql(), filter.parameters())
        .map(cursor -> RowPages.of(new ClientTotal(0), cursor, row -> summary(row, now)));
  }

  @Override
  public Future<ClientDetail> client(ClientKey key) {
    return notYet();
  }

  @Override
  public Future<Void> registerModel(ModelRegistration registration) {
    return notYet();
  }

  @Override
  public Future<Pages<String>> models(ModelQuery query) {
    return notYet();
  }

  private static <T> Future<T> notYet() {
    return Future.failedFuture(new FleetException(Code.UNAVAILABLE, "not built yet"));
  }

  /** Yields how many rows the statement returned. */
  private Future<Integer> written(String statement, ClientRegistration registration) {
    var refusal = RequestCheck.refusal(registration);
    if (refusal.isPresent()) {
      return Future.failedFuture(refusal.get());
    }
    var parameters =
        Tuple.of(
            ClientId.toUuid(registration.clientId()),
            registration.userId(),
            registration.name(),
            registration.osType().orElse(null),
            registration.clientStatus(),
            clock.instant().atOffset(ZoneOffset.UTC));
    return database.with(sql -> sql.preparedQuery(statement).execute(parameters)).map(RowSet::size);
  }

  private static ClientSummary summary(Row row, Instant now) {
    var status = row.getString("status");
    var lastSeen = instant(row, "last_seen");
    var createdAt = instant(row, "created_at").orElseThrow();
    return new ClientSummary(
        ClientId.of(row.getUUID("client_id")),
        row.getString("name"),
        status,
        text(row, "os_type"),
        text(row, "device_name"),
        number(row, "tflops_rounded"),
        number(row, "cpu"),
        number(row, "mem"),
        number(row, "disk"),
        HealthScore.of(number(row, "slots"), firstSlot(row), lastSeen, status, now),
        WireTime.utcMicros(lastSeen.orElse(createdAt)),
        WireTime.utcMicros(createdAt),
        number(row, "days"));
  }

  /** Slots are the bits of the first hour with a heartbeat. */
  private static Optional<Instant> firstSlot(Row row) {
    var slot = Integer.numberOfTrailingZeros(number(row, "slot_mask"));
    return instant(row, "hour").map(hour -> hour.plus(HealthScore.SLOT.multipliedBy(slot)));
  }

  private static Optional<Instant> instant(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }

  private static String text(Row row, String column) {
    return Objects.requireNonNullElse(row.getString(column), "");
  }

  private static int number(Row row, String column) {
    return Objects.requireNonNullElse(row.getInteger(column), 0);
  }
}
