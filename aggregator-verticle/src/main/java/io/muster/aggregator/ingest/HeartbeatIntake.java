package io.muster.aggregator.ingest;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.store.Arrival;
import io.muster.aggregator.store.HeartbeatStore;
import io.muster.aggregator.store.PostgresHeartbeatStore;
import io.muster.aggregator.store.Stored;
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
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what many collectors send into batches of one statement: it writes when enough heartbeats
 * are there or the oldest has waited long enough, and gives the receipts after the commit. Two
 * batches may be under way, so that one is made ready while the database writes the other; a client
 * is in one of them at most. What does not fit into its bounds is refused, so that the collectors
 * keep it. Confined to the context of its verticle.
 */
public final class HeartbeatIntake implements HeartbeatService {
  private static final Logger log = LoggerFactory.getLogger(HeartbeatIntake.class);

  /**
   * A collector has one request under way; more than a few are what it repeated after a timeout.
   */
  private static final int MAX_REQUESTS_OF_A_CLIENT = 4;

  private static final int MAX_WRITES = 2;

  private final Vertx vertx;
  private final Clocks clocks;
  private final HeartbeatStore store;
  private final IngestConfig config;
  private final Admission admission;
  private final ArrayDeque<Request> queue = new ArrayDeque<>();
  private final Map<String, Integer> requests = new HashMap<>();
  private final Set<String> written = new HashSet<>();
  private final Counts counts = new Counts();
  private int queuedHeartbeats;
  private int writes;
  private boolean timed;
  private volatile Optional<String> trouble = Optional.empty();

  HeartbeatIntake(Vertx vertx, Clocks clocks, HeartbeatStore store, IngestConfig config) {
    this.vertx = vertx;
    this.clocks = clocks;
    this.store = store;
    this.config = config;
    this.admission = new Admission(config.batchRows());
  }

  /** Begins to take heartbeats into the database; counted, and on the node's health board. */
  public static HeartbeatIntake open(
      IngestConfig config, GpuCatalog catalog, Node node, Database database) {
    var meters = new IngestMeters(node);
    var store =
        meters.timed(new PostgresHeartbeatStore(database, node.clocks().wallClock(), catalog));
    var intake = new HeartbeatIntake(node.vertx(), node.clocks(), store, config);
    meters.count(intake.counts());
    node.health().add("heartbeats", intake::trouble);
    return intake;
  }

  @Override
  public Future<HeartbeatReceipt> store(HeartbeatBatch batch) {
    counts.received.add(batch.heartbeats().size());
    var arrival = new Arrival(batch, clocks.wallClock().instant());
    var request = new Request(arrival, clocks.nanoTime().getAsLong(), Promise.promise());
    var refusal = admission.refusal(batch).or(() -> fullness(request));
    if (refusal.isPresent()) {
      counts.refused.add(request.heartbeats());
      return Future.failedFuture(refusal.get());
    }
    queue.add(request);
    requests.merge(request.clientId(), 1, Integer::sum);
    queuedHeartbeats += request.heartbeats();
    counts.queuedRows.add(request.rows());
    counts.held.add(request.heartbeats());
    writeWhenDue();
    return request.receipt().future();
  }

  Counts counts() {
    return counts;
  }

  /** Why heartbeats cannot be stored now, or empty. Any thread may ask. */
  Optional<String> trouble() {
    return trouble;
  }

  private Optional<FleetException> fullness(Request request) {
    int ofTheClient = requests.getOrDefault(request.clientId(), 0);
    return counts.queuedRows() + request.rows() > config.queueRows()
            || ofTheClient >= MAX_REQUESTS_OF_A_CLIENT
        ? Optional.of(new FleetException(Code.UNAVAILABLE, "the aggregator is full: send later"))
        : Optional.empty();
  }

  private void writeWhenDue() {
    var oldest = queue.peek();
    if (writes == MAX_WRITES || oldest == null) {
      return;
    }
    var waitMillis =
        config.batchWait().toMillis() - oldest.ageMillis(clocks.nanoTime().getAsLong());
    if (queuedHeartbeats >= config.batchRows() || waitMillis <= 0) {
      write(takeBatch());
    } else if (!timed) {
      timed = true;
      vertx.setTimer(
          waitMillis,
          fired -> {
            timed = false;
            writeWhenDue();
          });
    }
  }

  private void write(List<Request> batch) {
    if (batch.isEmpty()) { // Those who wait have something under way; they go on after it.
      return;
    }
    var clients = batch.stream().map(Request::clientId).toList();
    written.addAll(clients);
    writes++;
    settled(batch)
        .onComplete(
            done -> {
              writes--;
              written.removeAll(clients);
              vertx.runOnContext(next -> writeWhenDue());
            });
    writeWhenDue();
  }

  /** Completes when each request has its answer; never fails. */
  private Future<Void> settled(List<Request> batch) {
    return Future.succeededFuture(batch.stream().map(Request::arrival).toList())
        .compose(store::store)
        .compose(stored -> given(batch, stored), cause -> failed(batch, cause));
  }

  private Future<Void> given(List<Request> batch, Stored stored) {
    trouble = Optional.empty();
    var ended = batch.stream().filter(request -> !stored.left().contains(request.clientId()));
    ended.forEach(request -> give(request, stored.receipts().get(request.clientId())));
    var left = batch.stream().filter(request -> stored.left().contains(request.clientId()));
    return stored
        .reason()
        .map(reason -> failed(left.toList(), reason))
        .orElse(Future.succeededFuture());
  }

  /**
   * A defect, such as a value that the database refuses after all, must not take others down: the
   * batch is tried again by halves, until what fails stands alone.
   */
  private Future<Void> failed(List<Request> batch, Throwable cause) {
    if (isDefect(cause) && batch.size() > 1) {
      var half = batch.size() / 2;
      return settled(batch.subList(0, half))
          .compose(done -> settled(batch.subList(half, batch.size())));
    }
    var line = String.valueOf(cause.getMessage());
    if (isDefect(cause)) { // A database that is away is told of by whoever watches it.
      log.warn("heartbeats cannot be stored client={} reason={}", batch.get(0).clientId(), line);
    }
    trouble = Optional.of(line);
    batch.forEach(request -> fail(request, counts.failed, cause));
    return Future.succeededFuture();
  }

  private static boolean isDefect(Throwable cause) {
    return !(cause instanceof FleetException failure) || failure.code() == Code.INTERNAL;
  }

  /**
   * Requests up to the batch size; one client's requests stay apart, so that each receipt speaks of
   * its own rows.
   */
  private List<Request> takeBatch() {
    var taken = new ArrayList<Request>();
    var clients = new HashSet<String>();
    var left = new ArrayDeque<Request>();
    var heartbeats = 0;
    for (var request : queue) {
      if (heartbeats + request.heartbeats() <= config.batchRows()
          && !written.contains(request.clientId())
          && clients.add(request.clientId())) {
        taken.add(request);
        heartbeats += request.heartbeats();
      } else {
        left.add(request);
      }
    }
    queue.clear();
    queue.addAll(left);
    queuedHeartbeats -= heartbeats;
    counts.queuedRows.add(-taken.stream().mapToInt(Request::rows).sum());
    clients.forEach(client -> requests.computeIfPresent(client, (id, n) -> n > 1 ? n - 1 : null));
    return taken;
  }

  private void give(Request request, @Nullable HeartbeatReceipt receipt) {
    if (receipt == null) {
      var message = "client_id=" + request.clientId() + ": not registered";
      fail(request, counts.unknown, new FleetException(Code.CLIENT_UNKNOWN, message));
      return;
    }
    counts.accepted.add(receipt.accepted());
    counts.duplicate.add(receipt.duplicate());
    counts.outOfRange.add(receipt.outOfRange());
    counts.held.add(-request.heartbeats());
    request.receipt().complete(receipt);
  }

  private void fail(Request request, LongAdder outcome, Throwable cause) {
    outcome.add(request.heartbeats());
    counts.held.add(-request.heartbeats());
    request.receipt().fail(cause);
  }

  /** One request that waits for its receipt. */
  private record Request(Arrival arrival, long sinceNanos, Promise<HeartbeatReceipt> receipt) {
    String clientId() {
      return arrival.clientId();
    }

    int heartbeats() {
      return arrival.size();
    }

    /** What it costs to hold it: heartbeats and device readings. */
    int rows() {
      return arrival.batch().heartbeats().stream()
          .mapToInt(beat -> 1 + beat.devices().size())
          .sum();
    }

    long ageMillis(long nowNanos) {
      return TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos);
    }
  }

  /**
   * Heartbeats by what became of them: received = accepted + duplicate + outOfRange + unknown +
   * refused + failed + held. Any thread may read.
   */
  static final class Counts {
    private final LongAdder received = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder duplicate = new LongAdder();
    private final LongAdder outOfRange = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder held = new LongAdder();
    private final LongAdder queuedRows = new LongAdder();

    long received() {
      return received.sum();
    }

    /** Stored by this node. */
    long accepted() {
      return accepted.sum();
    }

    /** Stored before. */
    long duplicate() {
      return duplicate.sum();
    }

    /** Too old, or too far in the future. */
    long outOfRange() {
      return outOfRange.sum();
    }

    /** Of clients that are not registered. */
    long unknown() {
      return unknown.sum();
    }

    /** Malformed, or when the queue was full. */
    long refused() {
      return refused.sum();
    }

    /** Not stored because the database failed; the senders keep them. */
    long failed() {
      return failed.sum();
    }

    /** Waiting, or being written. */
    long held() {
      return held.sum();
    }

    /** Heartbeats and device readings that wait to be written. */
    long queuedRows() {
      return queuedRows.sum();
    }
  }
}
