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
 * Sends the oldest heartbeats of the spool, one batch at a time and one request for each client of
 * it, and forgets a batch only when all of it is stored. What fails for now is tried again later;
 * what nobody will ever take is given up and counted, so that it does not block the others.
 * Confined to one thread.
 */
final class HeartbeatSender {
  static final int BATCH_HEARTBEATS = 500;
  static final int BATCH_BYTES = 256 << 10;

  private static final Logger log = LoggerFactory.getLogger(HeartbeatSender.class);

  private final SpoolLane lane;
  private final HeartbeatService service;
  private final Registration registration;
  private final Terms terms;
  private final Tally tally;
  private @Nullable Delivery delivery;
  private boolean busy;
  private volatile boolean delivering = true;

  HeartbeatSender(
      SpoolLane lane,
      HeartbeatService service,
      Registration registration,
      Terms terms,
      Tally tally) {
    this.lane = lane;
    this.service = service;
    this.registration = registration;
    this.terms = terms;
    this.tally = tally;
  }

  /**
   * Sends, if there is something to send, nothing under way, and no failure to wait after. Called
   * after each heartbeat and once a second; goes on by itself until the spool is empty.
   */
  void wake() {
    var work = delivery != null || lane.status().pendingHeartbeats() > 0;
    if (busy || !work || !terms.backoff().isOver()) {
      return;
    }
    busy = true;
    delivery().compose(this::round).onComplete(done -> settle(done.cause()));
  }

  /** Whether the last round ended well. Any thread may ask. */
  boolean isDelivering() {
    return delivering;
  }

  private Future<Delivery> delivery() {
    return delivery != null
        ? Future.succeededFuture(delivery)
        : lane.peek(BATCH_HEARTBEATS, BATCH_BYTES).map(this::begin);
  }

  private Delivery begin(SpoolBatch batch) {
    var begun = new Delivery(batch);
    delivery = begun;
    return begun;
  }

  /** One request for each client that is left. */
  private Future<Void> round(Delivery current) {
    var requests = current.clients().stream().map(client -> request(current, client)).toList();
    return Future.join(requests)
        .compose(done -> current.isDone() ? forget(current) : Future.succeededFuture());
  }

  private Future<Void> request(Delivery current, String client) {
    var part = current.next(client);
    tally.sent.add(part.size());
    if (log.isDebugEnabled()) {
      log.debug("heartbeats sent client={} at_millis={}", client, atMillis(part));
    }
    return store(new HeartbeatBatch(client, OptionalLong.of(terms.clock().millis()), part))
        .map(receipt -> stored(current, client, receipt))
        .recover(cause -> failed(current, client, cause));
  }

  private Future<HeartbeatReceipt> store(HeartbeatBatch batch) {
    return Future.succeededFuture(batch)
        .compose(service::store)
        .timeout(terms.timeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static List<Long> atMillis(List<Heartbeat> part) {
    return part.stream().map(Heartbeat::atMillis).toList();
  }

  private @Nullable Void stored(Delivery current, String client, HeartbeatReceipt receipt) {
    tally.accepted.add(receipt.accepted());
    tally.duplicate.add(receipt.duplicate());
    tally.outOfRange.add(receipt.outOfRange());
    current.stored(client);
    return null;
  }

  private Future<Void> failed(Delivery current, String client, Throwable cause) {
    if (!(cause instanceof FleetException failure)) {
      return Future.failedFuture(cause);
    }
    return switch (failure.code()) {
      case INVALID_ARGUMENT -> malformed(current, client, cause);
      case CLIENT_UNKNOWN -> unknown(current, client, cause);
      case HOST_UNKNOWN, PROCESS_UNKNOWN, UNAVAILABLE, TIMEOUT, INTERNAL ->
          Future.failedFuture(cause);
    };
  }

  private static Future<Void> malformed(Delivery current, String client, Throwable cause) {
    current
        .halve(client)
        .map(Heartbeat::atMillis)
        .ifPresent(
            at ->
                log.warn(
                    "heartbeat is refused, it is given up client={} at_millis={} reason={}",
                    client,
                    at,
                    cause.getMessage()));
    return Future.succeededFuture();
  }

  /**
   * Announces the client and tries again. One that stays unknown waits, if it is the only one; it
   * must not hold up others.
   */
  private Future<Void> unknown(Delivery current, String client, Throwable cause) {
    var hopeless = current.wasAnnounced(client) && !registration.isAlone();
    if (hopeless || !registration.knows(client)) {
      log.warn(
          "client is unknown, its heartbeats are given up client={} heartbeats={}",
          client,
          current.giveUp(client));
      return Future.succeededFuture();
    }
    return registration
        .announce(client)
        .compose(
            done ->
                current.announced(client) ? Future.succeededFuture() : Future.failedFuture(cause));
  }

  private Future<Void> forget(Delivery done) {
    return lane.acknowledge(done.batch()).map(removed -> count(done, removed));
  }

  /** Those that the spool gave up meanwhile are counted there. */
  private @Nullable Void count(Delivery done, long removed) {
    var refused = Math.min(done.refused(), removed);
    tally.refused.add(refused);
    tally.acknowledged.add(removed - refused);
    delivery = null;
    return null;
  }

  private void settle(@Nullable Throwable cause) {
    busy = false;
    delivering = cause == null;
    var pending = lane.status().pendingHeartbeats();
    if (cause != null) {
      if (terms.backoff().failed()) {
        log.warn("heartbeats are not acknowledged pending={} reason={}", pending, cause.toString());
      }
      return;
    }
    if (terms.backoff().succeeded()) {
      log.info("heartbeats are acknowledged again pending={}", pending);
    }
    wake();
  }

  /**
   * How it sends.
   *
   * @param timeout of one request
   */
  record Terms(InstantSource clock, Duration timeout, Backoff backoff) {}
}
