package io.muster.aggregator.warning;

import static java.time.ZoneOffset.UTC;
import static java.util.Objects.requireNonNull;

import io.muster.aggregator.event.EventStore;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.OpenWarning;
import io.muster.schema.event.FleetEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** The statements of one part of an evaluation, in the order of their execution. */
record WarningTransaction(
    SqlConnection transaction, List<ClientEvaluation> evaluations, Instant now) {
  private static final SqlStatement DELETE_REPEATED_HOURS = load("delete-repeated-hours.sql");
  private static final SqlStatement SELECT_HEARTBEATS = load("select-heartbeats.sql");
  private static final SqlStatement SELECT_CONDITIONS = load("select-conditions.sql");
  private static final SqlStatement STORE_HOURS = load("store-hours.sql");
  private static final SqlStatement STORE_WARNINGS = load("store-warnings.sql");

  /** Runs the statements, and returns the fleet events that they have stored. */
  Future<List<FleetEvent>> run() {
    return deleteRepeatedHours()
        .compose(deleted -> evaluate())
        .compose(evaluated -> storeHours())
        .compose(stored -> storeWarnings())
        .compose(stored -> storeEvents());
  }

  private Future<?> deleteRepeatedHours() {
    var repeated = evaluations.stream().filter(each -> each.repeatedFrom().isPresent()).toList();
    return repeated.isEmpty()
        ? Future.succeededFuture()
        : DELETE_REPEATED_HOURS
            .bind("client_refs", column(repeated, ClientEvaluation::clientRef, Integer[]::new))
            .bind(
                "hours",
                column(repeated, each -> each.repeatedFrom().orElseThrow(), OffsetDateTime[]::new))
            .execute(transaction);
  }

  private Future<?> evaluate() {
    var evaluationsByClient =
        evaluations.stream().collect(Collectors.toMap(ClientEvaluation::clientRef, each -> each));
    return SELECT_HEARTBEATS
        .bind("client_refs", column(ClientEvaluation::clientRef, Integer[]::new))
        .bind("after", column(ClientEvaluation::after, OffsetDateTime[]::new))
        .bind("until", column(ClientEvaluation::until, OffsetDateTime[]::new))
        .execute(transaction)
        .map(
            rows -> {
              for (var row : rows) {
                requireNonNull(evaluationsByClient.get(row.getInteger("client_ref"))).add(row);
              }
              return rows;
            });
  }

  private Future<?> storeHours() {
    var clientRefs = new ArrayList<Integer>();
    var hours = new ArrayList<OffsetDateTime>();
    var warnings = new ArrayList<String>();
    for (var evaluation : evaluations) {
      evaluation
          .openByHourMillis()
          .forEach(
              (hourMillis, open) -> {
                clientRefs.add(evaluation.clientRef());
                hours.add(Instant.ofEpochMilli(hourMillis).atOffset(UTC));
                warnings.add(OpenWarning.write(open));
              });
    }
    return clientRefs.isEmpty()
        ? Future.succeededFuture()
        : STORE_HOURS
            .bind("client_refs", clientRefs.toArray(Integer[]::new))
            .bind("hours", hours.toArray(OffsetDateTime[]::new))
            .bind("warnings", warnings.toArray(String[]::new))
            .execute(transaction);
  }

  private Future<RowSet<Row>> storeWarnings() {
    return STORE_WARNINGS
        .bind("client_refs", column(ClientEvaluation::clientRef, Integer[]::new))
        .bind("late_counts", column(ClientEvaluation::lateCount, Integer[]::new))
        .bind("warned_to", column(ClientEvaluation::evaluatedTo, OffsetDateTime[]::new))
        .bind("masks", column(each -> each.warnings().mask(), Integer[]::new))
        .bind("warnings", column(each -> OpenWarning.write(each.warnings().open()), String[]::new))
        .execute(transaction);
  }

  private Future<List<FleetEvent>> storeEvents() {
    return SELECT_CONDITIONS
        .bind("client_refs", column(ClientEvaluation::clientRef, Integer[]::new))
        .execute(transaction)
        .compose(
            rows -> EventStore.store(transaction, WarningObservations.of(evaluations, rows), now));
  }

  private <T> T[] column(Function<ClientEvaluation, T> value, IntFunction<T[]> array) {
    return column(evaluations, value, array);
  }

  private static <T> T[] column(
      List<ClientEvaluation> evaluations,
      Function<ClientEvaluation, T> value,
      IntFunction<T[]> array) {
    return evaluations.stream().map(value).toArray(array);
  }

  private static SqlStatement load(String file) {
    return SqlStatement.load(WarningTransaction.class, file);
  }
}
