package io.muster.launcher.db.transfer;

import static java.time.ZoneOffset.UTC;

import io.muster.runtime.database.SqlStatement;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows that are stored by one statement, as its parameters: an array for each column. */
record ImportBatch(TransferTable table, List<ImportedRow> rows, Instant now) {
  /** Executes a statement with those parameters that it has. */
  Future<RowSet<Row>> execute(SqlStatement statement, SqlConnection transaction) {
    var binding = statement.bindAll(Map.of());
    statement.parameters().forEach(name -> binding.bind(name, parameter(name)));
    return binding.execute(transaction);
  }

  private Object parameter(String name) {
    return switch (name) {
      case "now" -> now.atOffset(UTC);
      case "today" -> now.truncatedTo(ChronoUnit.DAYS).atOffset(UTC);
      case "reported_at" -> column(table.timeColumn());
      default -> column(name);
    };
  }

  private @Nullable Object[] column(String name) {
    var index = table.indexOf(name);
    var values = table.columns().get(index).type().newArray(rows.size());
    for (var i = 0; i < values.length; i++) {
      values[i] = rows.get(i).values().get(index);
    }
    return values;
  }
}
