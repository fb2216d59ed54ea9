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
import io.vertx.sqlclient.RowSet;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The hosts of all owners in PostgreSQL. Requests must be valid; the results are described at {@link
 * io.muster.bus.service.RegistryService}. Safe for use by any context.
 */
public final class PostgresHostStore {
  private static final HostOrder BY_NAME = new HostOrder(HostOrder.Key.NAME, false);
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

  /** Returns true if lists may have an order of this name. */
  public static boolean isOrder(String sort) {
    return HostOrder.of(sort).isPresent();
  }

  /** Returns one page of the hosts that match. */
  public Future<RegisteredHostPage> list(RegisteredHostQuery query) {
    var cursor = query.cursor().map(text -> HostCursor.parse(text, query.sort()));
    if (cursor.filter(Optional::isEmpty).isPresent()) {
      return Future.failedFuture(
          new FleetException(
              Code.INVALID_ARGUMENT,
              "cursor: expected next_cursor of the previous response, with the same sort"));
    }
    var order = HostOrder.of(query.sort()).orElseThrow();
    return execute(
            query.filter().validStatus().orElse("valid"),
            filter(query.filter()),
            order,
            cursor.flatMap(parsed -> parsed),
            query.limit())
        .map(rows -> toPage(rows, query));
  }

  /** Returns the valid host with a client id or a name. */
  public Future<RegisteredHost> find(String idOrName) {
    var clientId = ClientId.normalize(idOrName).map(ClientId::toUuid);
    var name = clientId.isPresent() ? Optional.<String>empty() : Optional.of(idOrName);
    var filter =
        new SqlFilter()
            .and("client_id", clientId, "client_id = :client_id")
            .and("name", name, "name = :name");
    return execute("valid", filter, BY_NAME, Optional.empty(), 1)
        .compose(rows -> onlyHost(hostRows(rows), idOrName));
  }

  /** Deletes the client with its history. */
  public Future<Void> delete(String clientId) {
    return deletion.run(clientId);
  }

  private static SqlFilter filter(HostFilter filter) {
    var warnings =
        filter
            .warning()
            .map(name -> Warning.of(name).map(Warning::bit).orElse(ALL_WARNINGS));
    return new SqlFilter()
        .and("user_id", filter.userId(), "user_id = :user_id")
        .and("status", filter.status(), "status = :status")
        .and("health", filter.healthBelow(), "health < :health")
        .and("warnings", warnings, "warnings & :warnings <> 0")
        .and(
            "text",
            filter.text(),
            "position(lower(:text) IN lower(concat_ws(chr(10), name, replace(client_id::text, '-', ''),"
                + " os_type))) > 0")
        .and(
            "model",
            filter.model(),
            "EXISTS (SELECT FROM client_device d WHERE d.client_ref = c.client_ref"
                + " AND position(lower(:model) IN lower(d.name)) > 0)");
  }

  private Future<RowSet<Row>> execute(
      String validStatus,
      SqlFilter filter,
      HostOrder order,
      Optional<HostCursor> cursor,
      int limit) {
    var texts =
        Map.of(
            "sort_key",
            order.key().sql(),
            "direction",
            order.direction(),
            "after",
            cursor.isPresent() ? order.afterCursor() : "true");
    var statement =
        filter
            .bind(list.with(texts))
            .bind("valid_status", validStatus)
            .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
            .bind("limit", (long) limit);
    cursor.ifPresent(
        after ->
            statement
                .bind("after_key", order.key().parse(after.key()).orElseThrow())
                .bind("after_id", ClientId.toUuid(after.clientId())));
    return database.withConnection(statement::execute);
  }

  private static RegisteredHostPage toPage(RowSet<Row> rows, RegisteredHostQuery query) {
    var hosts = hostRows(rows);
    var page = hosts.subList(0, Math.min(hosts.size(), query.limit()));
    return new RegisteredHostPage(
        rows.iterator().next().getLong("total"),
        page.stream().map(HostRow::host).toList(),
        hosts.size() > query.limit()
            ? Optional.of(page.get(page.size() - 1).cursor(query.sort()).encode())
            : Optional.empty());
  }

  /** Returns the rows after the first, which contains only the total. */
  private static List<HostRow> hostRows(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).skip(1).map(HostRow::new).toList();
  }

  private static Future<RegisteredHost> onlyHost(List<HostRow> rows, String idOrName) {
    return switch (rows.size()) {
      case 0 -> Future.failedFuture(new FleetException(Code.CLIENT_UNKNOWN, "Host not found"));
      case 1 -> Future.succeededFuture(rows.get(0).host());
      default ->
          Future.failedFuture(
              new FleetException(
                  Code.INVALID_ARGUMENT,
                  "host=" + idOrName + ": several hosts have this name, expected a client id"));
    };
  }
}
