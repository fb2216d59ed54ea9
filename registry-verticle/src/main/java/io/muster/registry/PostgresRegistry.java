package io.muster.registry;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.RegistryService;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientList;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
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
    return database
        .with(sql -> sql.preparedQuery(RegistrySql.REGISTER).execute(parameters(registration)))
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

  @Override
  public Future<Void> announce(ClientRegistration registration) {
    return database
        .with(sql -> sql.preparedQuery(RegistrySql.ANNOUNCE).execute(parameters(registration)))
        .mapEmpty();
  }

  @Override
  public Future<ClientList> clients(ClientQuery query) {
    var now = clock.instant();
    var parameters =
        Tuple.tuple()
            .addString(query.userId())
            .addString(query.validStatus().orElse("valid"))
            .addUUID(query.clientId().map(ClientId::toUuid).orElse(null))
            .addString(query.name().orElse(null))
            .addString(query.status().orElse(null))
            .addOffsetDateTime(now.atOffset(ZoneOffset.UTC));
    return database
        .with(sql -> sql.preparedQuery(RegistrySql.CLIENTS).execute(parameters))
        .map(
            rows -> {
              var clients = new ArrayList<ClientSummary>();
              rows.forEach(row -> clients.add(summary(row, now)));
              return new ClientList(clients.size(), clients);
            });
  }

  private static Tuple parameters(ClientRegistration registration) {
    return Tuple.of(
        ClientId.toUuid(registration.clientId()),
        registration.userId(),
        registration.name(),
        registration.osType().orElse(null),
        registration.clientStatus());
  }

  private static ClientSummary summary(Row row, Instant now) {
    var status = row.getString("status");
    var lastSeen = instant(row, "last_seen");
    var createdAt = instant(row, "created_at").orElseThrow();
    var slots = row.getInteger("slots");
    return new ClientSummary(
        ClientId.of(row.getUUID("client_id")),
        row.getString("name"),
        status,
        row.getString("os_type"),
        row.getString("device_name"),
        row.getInteger("tflops"),
        row.getInteger("cpu"),
        row.getInteger("mem"),
        row.getInteger("disk"),
        HealthScore.of(slots, instant(row, "first_slot"), lastSeen, status, now),
        WireTime.utcMicros(lastSeen.orElse(createdAt)),
        WireTime.utcMicros(createdAt),
        row.getInteger("days"));
  }

  private static Optional<Instant> instant(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }
}
