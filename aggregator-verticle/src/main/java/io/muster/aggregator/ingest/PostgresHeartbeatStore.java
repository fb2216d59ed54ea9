package io.muster.aggregator.ingest;

import static java.time.ZoneOffset.UTC;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.event.ClockObservations;
import io.muster.aggregator.event.EventStore;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.event.Observation;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stores heartbeats in one statement. It skips requests that need locks, which are stored in a
 * separate transaction: requests that show a changed offset of their host's clock, so that all
 * aggregators apply the same correction, and requests with heartbeats of days that may be
 * compacted, so that no heartbeat is stored both in a row and in a pack. Confined to one thread, as
 * its catalog is.
 */
public final class PostgresHeartbeatStore implements HeartbeatStore {
  private static final SqlStatement STORE =
      SqlStatement.load(PostgresHeartbeatStore.class, "store-heartbeats.sql");
  private static final SqlStatement STORE_UNLOCKED = STORE.with(Map.of("locked", "false"));
  private static final SqlStatement STORE_LOCKED = STORE.with(Map.of("locked", "true"));
  private static final SqlStatement UPDATE_CLOCKS =
      SqlStatement.load(PostgresHeartbeatStore.class, "update-clocks.sql");
  private static final String LOCK_CLIENTS =
      "SELECT FROM client WHERE client_id = ANY ($1) ORDER BY client_ref FOR NO KEY UPDATE";

  /** Maximum wait for a compaction or a registration: the senders keep the requests meanwhile. */
  private static final String SET_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'";

  /** Maximum number of attempts for a client that is deleted and registered again meanwhile. */
  private static final int MAX_REGISTRATIONS = 3;

  private final Database database;
  private final InstantSource clock;
  private final GpuCatalog catalog;
  private final DeviceDirectory directory;
  private final OldestPartition oldestPartition;
  private final Consumer<List<FleetEvent>> publisher;

  /**
   * Creates the store.
   *
   * @param publisher receives the begins and ends of wrong clocks, after the commit
   */
  public PostgresHeartbeatStore(
      Database database,
      InstantSource clock,
      GpuCatalog catalog,
      Consumer<List<FleetEvent>> publisher) {
    this.database = database;
    this.clock = clock;
    this.catalog = catalog;
    this.publisher = publisher;
    this.directory = new DeviceDirectory(database, clock);
    this.oldestPartition = new OldestPartition(database, clock);
  }

  @Override
  public Future<StoreResult> store(List<ReceivedBatch> batches) {
    var clientBatches = batches.stream().map(batch -> batch.toClientBatch(catalog)).toList();
    return registerAndStore(clientBatches, this::storeWithoutLock, MAX_REGISTRATIONS)
        .compose(this::storeSkippedRequests);
  }

  /** Stores requests, again those of a client that was registered again since its devices were. */
  private Future<List<RequestOutcome>> registerAndStore(
      List<ClientBatch> batches, StoreOperation operation, int registrationsLeft) {
    return directory
        .register(batches)
        .compose(
            registered ->
                storeWithRetries(
                    new IngestParameters(batches, directory), RetryState.INITIAL, operation))
        .compose(outcomes -> storeOutdatedAgain(outcomes, operation, registrationsLeft - 1));
  }

  private Future<List<RequestOutcome>> storeOutdatedAgain(
      List<RequestOutcome> outcomes, StoreOperation operation, int registrationsLeft) {
    var outdated =
        outcomes.stream().filter(RequestOutcome::isOutdated).map(RequestOutcome::batch).toList();
    if (outdated.isEmpty()) {
      return Future.succeededFuture(outcomes);
    }
    if (registrationsLeft == 0) {
      return Future.failedFuture(
          new FleetException(
              Code.UNAVAILABLE, "clients are deleted and registered again: retry later"));
    }
    outdated.forEach(directory::forget);
    var others = outcomes.stream().filter(outcome -> !outcome.isOutdated());
    return registerAndStore(outdated, operation, registrationsLeft)
        .map(repeated -> Stream.concat(others, repeated.stream()).toList());
  }

  private Future<List<RequestOutcome>> storeWithRetries(
      IngestParameters parameters, RetryState retryState, StoreOperation operation) {
    return (retryState.refreshesPartition()
            ? oldestPartition.refresh()
            : oldestPartition.startsAt())
        .compose(oldestAt -> operation.run(parameters, retryState, oldestAt))
        .recover(
            cause ->
                retryState
                    .nextAfter(cause)
                    .map(next -> storeWithRetries(parameters, next, operation))
                    .orElseGet(() -> Future.failedFuture(cause)));
  }

  private Future<List<RequestOutcome>> storeWithoutLock(
      IngestParameters parameters, RetryState retryState, Instant oldestAt) {
    return database
        .withConnection(bind(STORE_UNLOCKED, parameters, retryState, oldestAt)::execute)
        .map(rows -> toOutcomes(parameters, rows));
  }

  private Future<List<RequestOutcome>> storeUnderLock(
      IngestParameters parameters, RetryState retryState, Instant oldestAt) {
    return database
        .withTransaction(
            transaction ->
                transaction
                    .query(SET_LOCK_TIMEOUT)
                    .execute()
                    .compose(set -> AdvisoryLock.COMPACTION.acquireForSharing(transaction))
                    .compose(locked -> updateClocks(transaction, parameters))
                    .compose(
                        observations ->
                            bind(STORE_LOCKED, parameters, retryState, oldestAt)
                                .execute(transaction)
                                .compose(rows -> storeEvents(transaction, rows, observations))))
        .onSuccess(result -> publisher.accept(result.events()))
        .map(result -> toOutcomes(parameters, result.rows()));
  }

  /**
   * The last statement, as in the evaluation of warnings: so the order of the locks is the same.
   */
  private Future<LockedResult> storeEvents(
      SqlConnection transaction, RowSet<Row> rows, List<Observation> observations) {
    return EventStore.store(transaction, observations, clock.instant())
        .map(events -> new LockedResult(rows, events));
  }

  private Future<List<Observation>> updateClocks(
      SqlConnection transaction, IngestParameters parameters) {
    var clientIds = parameters.column("client_ids");
    var now = clock.instant();
    return transaction
        .preparedQuery(LOCK_CLIENTS)
        .execute(Tuple.of(clientIds))
        .compose(
            locked ->
                UPDATE_CLOCKS
                    .bind("client_ids", clientIds)
                    .bind("measured_offsets", parameters.column("measured_offsets"))
                    .bind("now", now.atOffset(UTC))
                    .execute(transaction))
        .map(changes -> ClockObservations.of(changes, now));
  }

  private SqlStatement.Binding bind(
      SqlStatement statement,
      IngestParameters parameters,
      RetryState retryState,
      Instant oldestAt) {
    return statement
        .bind("oldest_stored_at", oldestAt.toEpochMilli())
        .bind("assumes_new", retryState.assumesNew())
        .bind("today", clock.instant().truncatedTo(ChronoUnit.DAYS).atOffset(UTC))
        .bindAll(parameters.columns());
  }

  private static List<RequestOutcome> toOutcomes(IngestParameters parameters, RowSet<Row> rows) {
    var outcomes = new ArrayList<RequestOutcome>();
    rows.forEach(
        row ->
            outcomes.add(RequestOutcome.of(parameters.batches().get(row.getInteger(0) - 1), row)));
    return outcomes;
  }

  private Future<StoreResult> storeSkippedRequests(List<RequestOutcome> outcomes) {
    var skipped =
        outcomes.stream().filter(RequestOutcome::isSkipped).map(RequestOutcome::batch).toList();
    var receipts = receipts(outcomes);
    if (skipped.isEmpty()) {
      return Future.succeededFuture(StoreResult.of(receipts));
    }
    return registerAndStore(skipped, this::storeUnderLock, MAX_REGISTRATIONS)
        .map(lockedOutcomes -> merge(receipts, receipts(lockedOutcomes)))
        .map(StoreResult::of)
        .recover(cause -> Future.succeededFuture(partialResult(receipts, skipped, cause)));
  }

  private static StoreResult partialResult(
      Map<String, HeartbeatReceipt> receipts, List<ClientBatch> skipped, Throwable cause) {
    var skippedClients =
        skipped.stream().map(batch -> batch.receivedBatch().clientId()).collect(Collectors.toSet());
    return new StoreResult(receipts, skippedClients, Optional.of(cause));
  }

  private static Map<String, HeartbeatReceipt> receipts(List<RequestOutcome> outcomes) {
    return outcomes.stream()
        .filter(outcome -> !outcome.isSkipped())
        .collect(Collectors.toMap(RequestOutcome::clientId, RequestOutcome::receipt));
  }

  private static Map<String, HeartbeatReceipt> merge(
      Map<String, HeartbeatReceipt> first, Map<String, HeartbeatReceipt> second) {
    var merged = new HashMap<>(first);
    merged.putAll(second);
    return merged;
  }

  /** One of the two ways to store. */
  private interface StoreOperation {
    Future<List<RequestOutcome>> run(
        IngestParameters parameters, RetryState retryState, Instant oldestAt);
  }

  /** The rows of the statement under the locks, and the fleet events of its transaction. */
  private record LockedResult(RowSet<Row> rows, List<FleetEvent> events) {}

  /**
   * The result of a statement for one request.
   *
   * @param isSkipped true if nothing of the request was stored because it needs locks
   * @param isOutdated true if nothing of it was stored because its client was registered again
   */
  private record RequestOutcome(
      ClientBatch batch, boolean isSkipped, boolean isOutdated, int inRange, int accepted) {
    static RequestOutcome of(ClientBatch batch, Row row) {
      return new RequestOutcome(
          batch,
          row.getBoolean(1),
          row.getBoolean(2) && !row.getBoolean(1),
          row.getInteger(3),
          row.getInteger(4));
    }

    String clientId() {
      return batch.receivedBatch().clientId();
    }

    HeartbeatReceipt receipt() {
      return batch.receipt(inRange, accepted);
    }
  }
}
