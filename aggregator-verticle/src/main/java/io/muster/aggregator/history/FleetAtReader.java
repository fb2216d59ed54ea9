package io.muster.aggregator.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.event.EventKind;
import io.muster.schema.state.FleetAt;
import io.muster.schema.state.FleetHost;
import io.muster.schema.state.FleetStateJson;
import io.muster.schema.state.StateHead;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the fleet state at an instant in the past: the readings of its minute, or of its hour if
 * minutes are no longer stored, and the conditions of the instant.
 */
final class FleetAtReader {
  private static final SqlStatement HOSTS =
      SqlStatement.load(FleetAtReader.class, "fleet-hosts.sql");
  private static final SqlStatement CONDITIONS =
      SqlStatement.load(FleetAtReader.class, "fleet-conditions.sql");
  private static final String[] KINDS =
      EventKind.observed().stream().map(EventKind::word).toArray(String[]::new);

  /** The ids of hosts are valid within the response. */
  private static final String EPOCH = "history";

  private final Database database;

  FleetAtReader(Database database) {
    this.database = database;
  }

  Future<FleetAt> read(Instant at) {
    var hour = at.truncatedTo(ChronoUnit.HOURS);
    var hosts =
        HOSTS
            .bind("at", at.atOffset(UTC))
            .bind("hour", hour.atOffset(UTC))
            .bind("from", at.truncatedTo(ChronoUnit.MINUTES).atOffset(UTC))
            .bind("minute", at.atOffset(UTC).get(ChronoField.MINUTE_OF_HOUR) + 1);
    var conditions = CONDITIONS.bind("at", at.atOffset(UTC)).bind("kinds", KINDS);
    return database.withConnection(
        sql ->
            Future.all(hosts.execute(sql), conditions.execute(sql))
                .map(results -> encode(at, results.resultAt(0), results.resultAt(1))));
  }

  private static FleetAt encode(Instant at, RowSet<Row> hosts, RowSet<Row> conditions) {
    var conditionsByClient = PastConditions.byClient(conditions.stream());
    List<FleetHost> states = new ArrayList<>(hosts.size());
    for (var row : hosts) {
      var ofHost =
          conditionsByClient.getOrDefault(row.getInteger("client_ref"), PastConditions.NONE);
      states.add(new PastHost(row, ofHost).host(states.size() + 1));
    }
    var json = FleetStateJson.encodeState(new StateHead(EPOCH, 0, at), states);
    return new FleetAt(new String(json, UTF_8));
  }
}
