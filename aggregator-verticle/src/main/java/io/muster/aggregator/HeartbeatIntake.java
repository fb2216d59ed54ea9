package io.muster.aggregator;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.HeartbeatService;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gathers what many collectors send into batches of one statement: it writes when enough heartbeats
 * are there or the oldest has waited long enough, one batch at a time, and gives the receipts after
 * the commit. What does not fit into its bound is refused, so that the collectors keep it: received
 * = stored + refused + failed + held. Confined to the context of its verticle.
 */
final class HeartbeatIntake implements HeartbeatService {
  private static final long NONE = -1;

  private final Vertx vertx;
  private final HeartbeatStore store;
  private final AggregatorConfig config;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private int queuedHeartbeats;
  private boolean writing;
  private long timer = NONE;
  private final Counts counts = new Counts();

  HeartbeatIntake(Vertx vertx, HeartbeatStore store, AggregatorConfig config) {
    this.vertx = vertx;
    this.store = store;
    this.config = config;
  }

  @Override
  public Future<HeartbeatReceipt> store(HeartbeatBatch batch) {
    counts.received += batch.heartbeats().size();
    var refusal = refusal(batch);
    if (refusal.isPresent()) {
      counts.refused += batch.heartbeats().size();
      return Future.failedFuture(refusal.get());
    }
    var waiting = new Waiting(batch, Promise.promise());
    queue.add(waiting);
    queuedHeartbeats += batch.heartbeats().size();
    writeWhenDue();
    return waiting.receipt().future();
  }

  Counts counts() {
    return counts;
  }

  private Optional<FleetException> refusal(HeartbeatBatch batch) {
    if (ClientId.normalise(batch.clientId()).filter(batch.clientId()::equals).isEmpty()) {
      var message = "client_id=" + batch.clientId() + ": expected 32 lower-case hexadecimal digits";
      return Optional.of(new FleetException(Code.INVALID_ARGUMENT, message));
    }
    if (batch.heartbeats().isEmpty() || batch.heartbeats().size() > config.batchRows()) {
      var message =
          "heartbeats=" + batch.heartbeats().size() + ": expected 1 to " + config.batchRows();
      return Optional.of(new FleetException(Code.INVALID_ARGUMENT, message));
    }
    if (queuedHeartbeats + batch.heartbeats().size() > config.queueRows()) {
      return Optional.of(
          new FleetException(Code.UNAVAILABLE, "the aggregator is full: send again later"));
    }
    return Optional.empty();
  }

  private void writeWhenDue() {
    if (writing || queue.isEmpty()) {
      return;
    }
    if (queuedHeartbeats >= config.batchRows()) {
      write();
    } else if (timer == NONE) {
      timer = vertx.setTimer(config.batchWait().toMillis(), fired -> write());
    }
  }

  private void write() {
    vertx.cancelTimer(timer);
    timer = NONE;
    if (writing || queue.isEmpty()) {
      return;
    }
    writing = true;
    var batch = takeBatch();
    store
        .store(batch.stream().map(Waiting::batch).toList())
        .onSuccess(receipts -> batch.forEach(waiting -> give(waiting, receipts)))
        .onFailure(cause -> batch.forEach(waiting -> fail(waiting, cause)))
        .onComplete(
            done -> {
              writing = false;
              writeWhenDue();
            });
  }

  /**
   * Requests up to the batch size; one client's requests stay apart, so that each receipt speaks of
   * its own rows.
   */
  private List<Waiting> takeBatch() {
    var taken = new ArrayList<Waiting>();
    var clients = new HashSet<String>();
    var left = new ArrayDeque<Waiting>();
    var rows = 0;
    for (var waiting : queue) {
      var size = waiting.batch().heartbeats().size();
      if (rows + size <= config.batchRows() && clients.add(waiting.batch().clientId())) {
        taken.add(waiting);
        rows += size;
      } else {
        left.add(waiting);
      }
    }
    queue.clear();
    queue.addAll(left);
    queuedHeartbeats -= rows;
    return taken;
  }

  private void give(Waiting waiting, Map<String, HeartbeatReceipt> receipts) {
    var clientId = waiting.batch().clientId();
    var receipt = receipts.get(clientId);
    if (receipt == null) {
      fail(
          waiting,
          new FleetException(Code.CLIENT_UNKNOWN, "client_id=" + clientId + ": not registered"));
      return;
    }
    counts.accepted += receipt.accepted();
    counts.duplicate += receipt.duplicate();
    counts.outOfRange += receipt.outOfRange();
    waiting.receipt().complete(receipt);
  }

  private void fail(Waiting waiting, Throwable cause) {
    counts.failed += waiting.batch().heartbeats().size();
    waiting.receipt().fail(cause);
  }

  private record Waiting(HeartbeatBatch batch, Promise<HeartbeatReceipt> receipt) {}

  /** received = accepted + duplicate + outOfRange + refused + failed + held in the queue. */
  static final class Counts {
    private long received;
    private long accepted;
    private long duplicate;
    private long outOfRange;
    private long refused;
    private long failed;

    long received() {
      return received;
    }

    long accepted() {
      return accepted;
    }

    long duplicate() {
      return duplicate;
    }

    long outOfRange() {
      return outOfRange;
    }

    long refused() {
      return refused;
    }

    long failed() {
      return failed;
    }
  }
}
