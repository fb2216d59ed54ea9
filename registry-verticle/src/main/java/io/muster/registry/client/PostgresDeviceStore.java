package io.muster.registry.client;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlFilter;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.RegisteredDevice;
import io.muster.schema.client.RegisteredDevice.DeviceHost;
import io.muster.schema.client.RegisteredDevice.NewestReadings;
import io.muster.schema.client.RegisteredDevicePage;
import io.muster.schema.client.RegisteredDeviceQuery;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The accelerators of all hosts in PostgreSQL. Requests must be valid; the results are described at
 * {@link io.muster.bus.service.RegistryService}. Safe for use by any context.
 */
public final class PostgresDeviceStore {
  private static final SqlStatement LIST =
      SqlStatement.load(PostgresDeviceStore.class, "list-devices.sql");
  private static final ListOrders ORDERS =
      new ListOrders(
          List.of(
              SortKey.text("host", "lower(host)"),
              SortKey.text("name", "lower(name)"),
              SortKey.number("utilization", "usage"),
              SortKey.number("memory", "mem_usage"),
              SortKey.number("temperature", "temp"),
              SortKey.number("power", "power_w")),
          "device_ref");

  private final Database database;

  public PostgresDeviceStore(Database database) {
    this.database = database;
  }

  /** Returns the names of all orders. */
  public static List<String> orders() {
    return ORDERS.names();
  }

  /** Returns one page of the accelerators that match. */
  public Future<RegisteredDevicePage> list(RegisteredDeviceQuery query) {
    return ORDERS
        .slice(query.sort(), query.cursor(), query.limit())
        .compose(slice -> ListedPage.read(database, LIST, filter(query), Map.of(), slice))
        .map(
            page ->
                new RegisteredDevicePage(
                    page.total(),
                    page.rows().stream().map(PostgresDeviceStore::device).toList(),
                    page.nextCursor()));
  }

  private static SqlFilter filter(RegisteredDeviceQuery query) {
    var clientId = query.host().flatMap(ClientId::normalize).map(ClientId::toUuid);
    return new SqlFilter()
        .and("user_id", query.userId(), "user_id = :user_id")
        .and("client_id", clientId, "client_id = :client_id")
        .and("host", query.host().filter(PostgresDeviceStore::isName), "host = :host")
        .and(
            "text",
            query.text(),
            "position(lower(:text) IN lower(name || chr(10) || device_uuid)) > 0");
  }

  private static boolean isName(String host) {
    return ClientId.normalize(host).isEmpty();
  }

  private static RegisteredDevice device(Row row) {
    return new RegisteredDevice(
        row.getString("device_uuid"),
        row.getInteger("device_index"),
        row.getString("name"),
        number(row, "mem_total_mb"),
        new DeviceHost(
            ClientId.fromUuid(row.getUUID("client_id")),
            row.getString("host"),
            row.getString("user_id")),
        new NewestReadings(
            number(row, "usage"),
            number(row, "mem_usage"),
            number(row, "temp"),
            number(row, "power_w")),
        WireTime.utcMicros(row.getOffsetDateTime("updated_at").toInstant()));
  }

  private static Optional<Integer> number(Row row, String column) {
    return Optional.ofNullable(row.getInteger(column));
  }
}
