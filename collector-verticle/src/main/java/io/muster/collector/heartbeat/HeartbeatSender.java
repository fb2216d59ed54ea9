package io.muster.collector.heartbeat;

import io.muster.bus.FleetException;
import io.muster.bus.service.HeartbeatService;
import io.muster.collector.heartbeat.spool.SpoolBatch;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the oldest heartbeats of the spool, one batch at a time and one request for each of its
 * clients, and acknowledges a batch only when all of it is stored. Temporary failures are retried
 * later; heartbeats that no aggregator accepts are dropped and counted, so that they do not block
 * the others. Confined to the context of its pipeline; {@link #isDelivering} may be called by any
 * thread.
 */
final class HeartbeatSender {
  static final int MAX_BATCH_HEARTBEATS = 500;
  static final int MAX_BATCH_BYTES = 256 << 10;

  private static final Logger log = LoggerFactory.getLogger(HeartbeatSender.class);

  private final SpoolWriter writer;
  private final HeartbeatService service;
  private final ClientAnnouncer announcer;
  private final SenderOptions options;
  private final HeartbeatMetrics metrics;
  private @Nullable BatchDelivery delivery;
  private boolean sending;
  private volatile boolean delivering = true;

  HeartbeatSender(
      SpoolWriter writer,
      HeartbeatService service,
      ClientAnnouncer announcer,
      SenderOptions options,
      HeartbeatMetrics metrics) {
    this.writer = writer;
    this.service = service;
    this.announcer = announcer;
    this.options = options;
    this.metrics = metrics;
  }

  /**
   * Sends if heartbeats are pending, no round is in progress and no retry delay is running. To be
   * called after each heartbeat and once a second; continues until the spool is empty.
   */
  void sendPending() {
    var hasWork = delivery != null || writer.status().pendingHeartbeats() > 0;
    if (sending || !hasWork || !options.backoff().canRetry()) {
      return;
    }
    sending = true;
    currentDelivery().compose(this::sendRound).onComplete(done -> finishRound(done.cause()));
  }

  /** Returns true if the last round succeeded. May be called by any thread. */
  boolean isDelivering() {
    return delivering;
  }

  private Future<BatchDelivery> currentDelivery() {
    return delivery != null
        ? Future.succeededFuture(delivery)
        : writer.peek(MAX_BATCH_HEARTBEATS, MAX_BATCH_BYTES).map(this::startDelivery);
  }

  private BatchDelivery startDelivery(SpoolBatch batch) {
    var started = new BatchDelivery(batch);
    delivery = started;
    return started;
  }

  /** Sends one request for each remaining client. */
  private Future<Void> sendRound(BatchDelivery current) {
    var requests = current.clients().stream().map(client -> sendNextPart(current, client)).toList();
    return Future.join(requests)
        .compose(done -> current.isDone() ? acknowledge(current) : Future.succeededFuture());
  }

  private Future<Void> sendNextPart(BatchDelivery current, String client) {
    var part = current.nextPart(client);
    metrics.sent.increment(part.size());
    if (log.isDebugEnabled()) {
      log.debug("heartbeats sent client={} at_millis={}", client, atMillis(part));
    }
    return store(new HeartbeatBatch(client, OptionalLong.of(options.clock().millis()), part))
        .map(receipt -> handleReceipt(current, client, receipt))
        .recover(cause -> handleFailure(current, client, cause));
  }

  private Future<HeartbeatReceipt> store(HeartbeatBatch batch) {
    return Future.succeededFuture(batch)
        .compose(service::store)
        .timeout(options.timeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static List<Long> atMillis(List<Heartbeat> part) {
    return part.stream().map(Heartbeat::atMillis).toList();
  }

  private @Nullable Void handleReceipt(
      BatchDelivery current, String client, HeartbeatReceipt receipt) {
    metrics.duplicate.increment(receipt.duplicate());
    metrics.outOfRange.increment(receipt.outOfRange());
    current.removeNextPart(client);
    return null;
  }

  private Future<Void> handleFailure(BatchDelivery current, String client, Throwable cause) {
    if (!(cause instanceof FleetException failure)) {
      return Future.failedFuture(cause);
    }
    return switch (failure.code()) {
      case INVALID_ARGUMENT -> splitMalformedBatch(current, client, cause);
      case CLIENT_UNKNOWN -> announceUnknown(current, client, cause);
      case HOST_UNKNOWN,
          PROCESS_UNKNOWN,
          MODEL_UNKNOWN,
          DEVICE_UNKNOWN,
          UNAVAILABLE,
          TIMEOUT,
          INTERNAL ->
          Future.failedFuture(cause);
    };
  }

  private static Future<Void> splitMalformedBatch(
      BatchDelivery current, String client, Throwable cause) {
    current
        .splitNextPart(client)
        .map(Heartbeat::atMillis)
        .ifPresent(
            at ->
                log.warn(
                    "heartbeat rejected and dropped client={} at_millis={} reason={}",
                    client,
                    at,
                    cause.getMessage()));
    return Future.succeededFuture();
  }

  /**
   * Announces the client and retries. If it stays unknown, its heartbeats wait if it is the only
   * client, and are dropped otherwise, so that they do not block those of others.
   */
  private Future<Void> announceUnknown(BatchDelivery current, String client, Throwable cause) {
    var isFutile = current.wasAnnounced(client) && !announcer.hasSingleClient();
    if (isFutile || !announcer.isKnown(client)) {
      log.warn(
          "client unknown, its heartbeats are dropped client={} heartbeats={}",
          client,
          current.abandon(client));
      return Future.succeededFuture();
    }
    return announcer
        .announce(client)
        .compose(
            done ->
                current.markAnnounced(client)
                    ? Future.succeededFuture()
                    : Future.failedFuture(cause));
  }

  private Future<Void> acknowledge(BatchDelivery done) {
    return writer
        .acknowledge(done.batch())
        .map(removedCount -> countAcknowledged(done, removedCount));
  }

  /** Heartbeats that the spool dropped in the meantime are counted there. */
  private @Nullable Void countAcknowledged(BatchDelivery done, long removedCount) {
    var rejected = Math.min(done.rejected(), removedCount);
    metrics.rejected.increment((double) rejected);
    metrics.acknowledged.increment((double) (removedCount - rejected));
    delivery = null;
    return null;
  }

  private void finishRound(@Nullable Throwable cause) {
    sending = false;
    delivering = cause == null;
    var pending = writer.status().pendingHeartbeats();
    if (cause != null) {
      if (options.backoff().recordFailure()) {
        log.warn(
            "heartbeat delivery failed, retrying pending={} reason={}", pending, cause.toString());
      }
      return;
    }
    if (options.backoff().recordSuccess()) {
      log.info("heartbeat delivery recovered pending={}", pending);
    }
    sendPending();
  }

  /**
   * Options of the sender.
   *
   * @param timeout timeout of one request
   */
  record SenderOptions(InstantSource clock, Duration timeout, Backoff backoff) {}
}
