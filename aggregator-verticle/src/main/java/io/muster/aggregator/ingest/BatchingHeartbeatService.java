package io.muster.aggregator.ingest;

import io.micrometer.core.instrument.Counter;
import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.bus.EventTopic;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.HeartbeatService;
import io.muster.runtime.database.Database;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.Node;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the heartbeats of many collectors into batches of one statement: it writes when enough
 * heartbeats are queued, when the oldest has waited long enough, or when the database has been idle
 * for long enough, and completes the receipts after the commit. Two batches may be in flight, so
 * that one is prepared while the database writes the other; a client is in at most one of them.
 * Heartbeats beyond its limits are rejected; their senders keep them. Confined to the context of
 * its verticle.
 */
public final class BatchingHeartbeatService implements HeartbeatService {
  private static final Logger log = LoggerFactory.getLogger(BatchingHeartbeatService.class);

  /** A collector has one request in flight; further requests are repetitions after a timeout. */
  private static final int MAX_REQUESTS_PER_CLIENT = 4;

  private static final int MAX_CONCURRENT_WRITES = 2;

  /**
   * Pause after a write, in durations of that write, before an incomplete batch follows: incomplete
   * batches, which cost more for each heartbeat, occupy at most a twentieth of a connection.
   */
  private static final int PAUSE_PER_WRITE = 19;

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Clocks clocks;
  private final HeartbeatStore store;
  private final IngestConfig config;
  private final BatchValidator validator;
  private final ArrayDeque<PendingRequest> queue = new ArrayDeque<>();
  private final Map<String, Integer> queuedRequestsByClient = new HashMap<>();
  private final Set<String> clientsBeingWritten = new HashSet<>();
  private final IngestMetrics metrics;
  private int queuedHeartbeats;
  private int writesInFlight;
  private long idleEnoughAtNanos;
  private long timerId = NO_TIMER;
  private long timerDueNanos;
  private volatile Optional<String> problem = Optional.empty();

  BatchingHeartbeatService(
      Vertx vertx,
      Clocks clocks,
      HeartbeatStore store,
      IngestConfig config,
      IngestMetrics metrics) {
    this.vertx = vertx;
    this.clocks = clocks;
    this.store = store;
    this.config = config;
    this.metrics = metrics;
    this.validator = new BatchValidator(config.batchRows());
    // After a start, many collectors send what they have kept.
    this.idleEnoughAtNanos = clocks.nanoTime().getAsLong() + config.batchWait().toNanos();
  }

  /** Starts the service, with metrics and a health check of the node. */
  public static BatchingHeartbeatService open(
      IngestConfig config, GpuCatalog catalog, Node node, Database database) {
    var store =
        new PostgresHeartbeatStore(
            database, node.clocks().wallClock(), catalog, EventTopic.on(node.vertx())::publish);
    var metrics = new IngestMetrics(node.meterRegistry());
    var service = new BatchingHeartbeatService(node.vertx(), node.clocks(), store, config, metrics);
    node.health().add("heartbeats", "heartbeats cannot be stored", service::problem);
    return service;
  }

  @Override
  public Future<HeartbeatReceipt> store(HeartbeatBatch batch) {
    metrics.received.increment(batch.heartbeats().size());
    var receivedBatch = new ReceivedBatch(batch, clocks.wallClock().instant());
    var request =
        new PendingRequest(receivedBatch, clocks.nanoTime().getAsLong(), Promise.promise());
    var rejection = validator.rejection(batch).or(() -> overloadRejection(request));
    if (rejection.isPresent()) {
      metrics.rejected.increment(request.heartbeatCount());
      return Future.failedFuture(rejection.get());
    }
    queue.add(request);
    queuedRequestsByClient.merge(request.clientId(), 1, Integer::sum);
    queuedHeartbeats += request.heartbeatCount();
    metrics.queuedRows.addAndGet(request.rowCount());
    metrics.pending.addAndGet(request.heartbeatCount());
    writeWhenDue();
    return request.receiptPromise().future();
  }

  /** Returns the reason why heartbeats cannot be stored, or empty. Safe for use by any thread. */
  Optional<String> problem() {
    return problem;
  }

  private Optional<FleetException> overloadRejection(PendingRequest request) {
    int clientRequests = queuedRequestsByClient.getOrDefault(request.clientId(), 0);
    return metrics.queuedRows.get() + request.rowCount() > config.queueRows()
            || clientRequests >= MAX_REQUESTS_PER_CLIENT
        ? Optional.of(
            new FleetException(Code.UNAVAILABLE, "too many heartbeats are queued: retry later"))
        : Optional.empty();
  }

  private void writeWhenDue() {
    var oldest = queue.peek();
    if (writesInFlight == MAX_CONCURRENT_WRITES || oldest == null) {
      return;
    }
    var nowNanos = clocks.nanoTime().getAsLong();
    var dueNanos = oldest.receivedNanos() + config.batchWait().toNanos();
    if (writesInFlight == 0 && idleEnoughAtNanos - dueNanos < 0) {
      dueNanos = idleEnoughAtNanos;
    }
    if (queuedHeartbeats >= config.batchRows() || dueNanos - nowNanos <= 0) {
      write(takeBatch());
    } else if (timerId == NO_TIMER || dueNanos - timerDueNanos < 0) {
      setTimer(dueNanos, nowNanos);
    }
  }

  private void setTimer(long dueNanos, long nowNanos) {
    vertx.cancelTimer(timerId);
    timerDueNanos = dueNanos;
    timerId =
        vertx.setTimer(
            1 + TimeUnit.NANOSECONDS.toMillis(dueNanos - nowNanos),
            fired -> {
              timerId = NO_TIMER;
              writeWhenDue();
            });
  }

  private void write(List<PendingRequest> batch) {
    if (batch.isEmpty()) {
      // Each queued client has a batch in flight, whose completion calls writeWhenDue.
      return;
    }
    var clients = batch.stream().map(PendingRequest::clientId).toList();
    clientsBeingWritten.addAll(clients);
    writesInFlight++;
    var startNanos = clocks.nanoTime().getAsLong();
    storeAndComplete(batch)
        .onComplete(
            done -> {
              writesInFlight--;
              var endNanos = clocks.nanoTime().getAsLong();
              idleEnoughAtNanos = endNanos + PAUSE_PER_WRITE * (endNanos - startNanos);
              clientsBeingWritten.removeAll(clients);
              vertx.runOnContext(next -> writeWhenDue());
            });
    writeWhenDue();
  }

  /** Stores a batch, and completes when each request has its receipt or has failed; never fails. */
  private Future<Void> storeAndComplete(List<PendingRequest> batch) {
    return Future.succeededFuture(batch.stream().map(PendingRequest::receivedBatch).toList())
        .compose(this::storeBatch)
        .compose(result -> completeReceipts(batch, result), cause -> retryOrFail(batch, cause));
  }

  private Future<StoreResult> storeBatch(List<ReceivedBatch> batches) {
    metrics.startedBatches.increment();
    var startNanos = clocks.nanoTime().getAsLong();
    return store
        .store(batches)
        .onSuccess(
            committed ->
                metrics.commits.record(
                    clocks.nanoTime().getAsLong() - startNanos, TimeUnit.NANOSECONDS))
        .onFailure(cause -> metrics.failedBatches.increment());
  }

  private Future<Void> completeReceipts(List<PendingRequest> batch, StoreResult result) {
    problem = Optional.empty();
    var completed =
        batch.stream().filter(request -> !result.skippedClients().contains(request.clientId()));
    completed.forEach(request -> complete(request, result.receipts().get(request.clientId())));
    var skipped =
        batch.stream().filter(request -> result.skippedClients().contains(request.clientId()));
    return result
        .skipReason()
        .map(reason -> retryOrFail(skipped.toList(), reason))
        .orElse(Future.succeededFuture());
  }

  /**
   * Retries a batch by halves after an internal error, such as a value that the database rejects in
   * spite of the validation, until the failing request is alone, so that the others are stored.
   * After any other error all requests fail.
   */
  private Future<Void> retryOrFail(List<PendingRequest> batch, Throwable cause) {
    if (isInternalError(cause) && batch.size() > 1) {
      var middle = batch.size() / 2;
      return storeAndComplete(batch.subList(0, middle))
          .compose(done -> storeAndComplete(batch.subList(middle, batch.size())));
    }
    var message = String.valueOf(cause.getMessage());
    if (isInternalError(cause)) { // An unavailable database is logged elsewhere.
      log.warn("heartbeats not stored client={} reason={}", batch.get(0).clientId(), message);
    }
    problem = Optional.of(message);
    batch.forEach(request -> fail(request, metrics.failed, cause));
    return Future.succeededFuture();
  }

  private static boolean isInternalError(Throwable cause) {
    return !(cause instanceof FleetException failure) || failure.code() == Code.INTERNAL;
  }

  /**
   * Takes requests up to the batch size; one client's requests go into different batches, so that
   * each receipt counts its own rows.
   */
  private List<PendingRequest> takeBatch() {
    var batch = new ArrayList<PendingRequest>();
    var clients = new HashSet<String>();
    var remaining = new ArrayDeque<PendingRequest>();
    var heartbeats = 0;
    for (var request : queue) {
      if (heartbeats + request.heartbeatCount() <= config.batchRows()
          && !clientsBeingWritten.contains(request.clientId())
          && clients.add(request.clientId())) {
        batch.add(request);
        heartbeats += request.heartbeatCount();
      } else {
        remaining.add(request);
      }
    }
    queue.clear();
    queue.addAll(remaining);
    queuedHeartbeats -= heartbeats;
    metrics.queuedRows.addAndGet(-batch.stream().mapToInt(PendingRequest::rowCount).sum());
    clients.forEach(
        client ->
            queuedRequestsByClient.computeIfPresent(
                client, (id, count) -> count > 1 ? count - 1 : null));
    return batch;
  }

  private void complete(PendingRequest request, @Nullable HeartbeatReceipt receipt) {
    if (receipt == null) {
      var message = "client_id=" + request.clientId() + ": not registered";
      fail(request, metrics.unknownClient, new FleetException(Code.CLIENT_UNKNOWN, message));
      return;
    }
    metrics.accepted.increment(receipt.accepted());
    metrics.duplicate.increment(receipt.duplicate());
    metrics.outOfRange.increment(receipt.outOfRange());
    metrics.pending.addAndGet(-request.heartbeatCount());
    request.receiptPromise().complete(receipt);
  }

  private void fail(PendingRequest request, Counter counter, Throwable cause) {
    counter.increment(request.heartbeatCount());
    metrics.pending.addAndGet(-request.heartbeatCount());
    request.receiptPromise().fail(cause);
  }

  /** A request that waits for its receipt. */
  private record PendingRequest(
      ReceivedBatch receivedBatch, long receivedNanos, Promise<HeartbeatReceipt> receiptPromise) {
    String clientId() {
      return receivedBatch.clientId();
    }

    int heartbeatCount() {
      return receivedBatch.size();
    }

    /** Returns the size of the request in the queue: heartbeats and device readings. */
    int rowCount() {
      return receivedBatch.batch().heartbeats().stream()
          .mapToInt(heartbeat -> 1 + heartbeat.deviceCount())
          .sum();
    }
  }
}
