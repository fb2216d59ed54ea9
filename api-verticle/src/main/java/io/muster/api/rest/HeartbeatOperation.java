package io.muster.api.rest;

import io.muster.api.rest.answer.Reply;
import io.muster.api.rest.contract.Arguments;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.HeartbeatService;
import io.muster.schema.history.HeartbeatBatch;
import io.vertx.core.Future;
import java.util.List;

/**
 * Heartbeats of agents that are not ours. Those of one client go to an aggregator together, all
 * clients at once, so that they share its commits.
 */
final class HeartbeatOperation {
  private final HeartbeatService heartbeats;

  HeartbeatOperation(HeartbeatService heartbeats) {
    this.heartbeats = heartbeats;
  }

  /**
   * Stores them. When one batch cannot be stored now the whole answer is that failure: what is
   * stored already counts as duplicate when it comes again.
   */
  Future<Reply> store(List<Arguments> request) {
    var receipts = HeartbeatBody.batches(request).stream().map(this::store).toList();
    return Future.join(receipts)
        .map(
            stored ->
                Reply.of(
                    receipts.stream()
                        .map(Future::result)
                        .reduce(HeartbeatTally.NONE, HeartbeatTally::plus)));
  }

  private Future<HeartbeatTally> store(HeartbeatBatch batch) {
    return heartbeats
        .store(batch)
        .map(HeartbeatTally::of)
        .recover(
            cause ->
                cause instanceof FleetException failure && failure.code() == Code.CLIENT_UNKNOWN
                    ? Future.succeededFuture(HeartbeatTally.unknown(batch.heartbeats().size()))
                    : Future.failedFuture(cause));
  }
}
