package io.muster.registry.client;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlFilter;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.RegisteredHost;
import io.muster.schema.client.RegisteredHostPage;
import io.muster.schema.client.RegisteredHostQuery;
import io.muster.schema.client.RegisteredHostQuery.HostFilter;
import io.muster.schema.client.Warning;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hosts of all owners in PostgreSQL. Requests must be valid; the results are described at
 * {@link io.muster.bus.service.RegistryService}. Safe for use by any context.
 */
public final class PostgresHostStore {
  private static final ListOrders ORDERS =
      new ListOrders(
          List.of(
              SortKey.text("name", "lower(name)"),
              SortKey.number("health", "health"),
              SortKey.instant("last_seen", "last_seen"),
              SortKey.instant("created", "created_at"),
              SortKey.number("cpu_usage", "cpu"),
              SortKey.number("memory_usage", "mem"),
              SortKey.number("storage_usage", "disk"),
              SortKey.number("gpu_count", "gpu_count"),
              SortKey.number("tflops", "tflops")),
          "client_ref");
  private static final int ALL_WARNINGS =
      Arrays.stream(Warning.values()).mapToInt(Warning::bit).reduce(0, (one, other) -> one | other);

  private final Database database;
  private final InstantSource clock;
  private final SqlStatement list;
  private final ClientDeletion deletion;

  /**
   * @param healthFormula formula by which health is computed
   */
  public PostgresHostStore(Database database, HealthFormula healthFormula, InstantSource clock) {
    this.database = database;
    this.clock = clock;
    this.list = healthFormula.load(PostgresHostStore.class, "list-hosts.sql");
    this.deletion = new ClientDeletion(database);
  }

  /** Returns the names of all orders. */
  public static List<String> orders() {
    return ORDERS.names();
  }

  /** Returns one page of the hosts that match. */
  public Future<RegisteredHostPage> list(RegisteredHostQuery query) {
    return ORDERS
        .slice(query.sort(), query.cursor(), query.limit())
        .compose(
            slice ->
                read(query.filter().validStatus().orElse("valid"), filter(query.filter()), slice))
        .map(page -> new RegisteredHostPage(page.total(), hosts(page.rows()), page.nextCursor()));
  }

  /** Returns the valid host with a client id or a name. */
  public Future<RegisteredHost> find(String idOrName) {
    var clientId = ClientId.normalize(idOrName).map(ClientId::toUuid);
    var name = clientId.isPresent() ? Optional.<String>empty() : Optional.of(idOrName);
    var filter =
        new SqlFilter()
            .and("client_id", clientId, "client_id = :client_id")
            .and("name", name, "name = :name");
    return ORDERS
        .slice("name", Optional.empty(), 2)
        .compose(firstTwo -> read("valid", filter, firstTwo))
        .compose(page -> onlyHost(page.rows(), idOrName));
  }

  /** Deletes the client with its history. */
  public Future<Void> delete(String clientId) {
    return deletion.run(clientId);
  }

  private static SqlFilter filter(HostFilter filter) {
    var warnings =
        filter.warning().map(name -> Warning.of(name).map(Warning::bit).orElse(ALL_WARNINGS));
    return new SqlFilter()
        .and("user_id", filter.userId(), "user_id = :user_id")
        .and("status", filter.status(), "status = :status")
        .and("health", filter.healthBelow(), "health < :health")
        .and("warnings", warnings, "warnings & :warnings <> 0")
        .and(
            "text",
            filter.text(),
            "position(lower(:text) IN lower(concat_ws(chr(10), name, replace(client_id::text, '-',"
                + " ''), os_type))) > 0")
        .and(
            "model",
            filter.model(),
            "EXISTS (SELECT FROM unnest(device_refs) AS r (device_ref) JOIN device d USING (device_ref)"
                + " WHERE position(lower(:model) IN lower(d.name)) > 0)");
  }

  private Future<ListedPage> read(String validStatus, SqlFilter filter, ListedPage.Slice slice) {
    var now = clock.instant().atOffset(ZoneOffset.UTC);
    return ListedPage.read(
        database, list, filter, Map.of("valid_status", validStatus, "now", now), slice);
  }

  private static List<RegisteredHost> hosts(List<Row> rows) {
    return rows.stream().map(row -> new HostRow(row).host()).toList();
  }

  private static Future<RegisteredHost> onlyHost(List<Row> rows, String idOrName) {
    return switch (rows.size()) {
      case 0 -> Future.failedFuture(new FleetException(Code.CLIENT_UNKNOWN, "Host not found"));
      case 1 -> Future.succeededFuture(new HostRow(rows.get(0)).host());
      default ->
          Future.failedFuture(
              new FleetException(
                  Code.INVALID_ARGUMENT,
                  "host=" + idOrName + ": several hosts have this name, expected a client id"));
    };
  }
}
