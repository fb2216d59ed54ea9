package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.HeartbeatService;
import io.muster.schema.history.HeartbeatBatch;
import io.vertx.core.Future;
import java.util.List;

/**
 * The operation that stores heartbeats of third-party agents. Batches of all clients are sent to an
 * aggregator concurrently, so that they share its commits.
 */
final class HeartbeatOperation {
  private final HeartbeatService heartbeats;

  HeartbeatOperation(HeartbeatService heartbeats) {
    this.heartbeats = heartbeats;
  }

  /**
   * Stores the heartbeats. If a batch cannot be stored now, the response is that failure:
   * heartbeats that were stored are counted as duplicates when the client sends them again.
   */
  Future<RestResponse> store(List<Arguments> request) {
    var receipts = HeartbeatBatchBuilder.batches(request).stream().map(this::store).toList();
    return Future.join(receipts)
        .map(
            ignored ->
                RestResponse.of(
                    receipts.stream()
                        .map(Future::result)
                        .reduce(HeartbeatTotals.NONE, HeartbeatTotals::plus)));
  }

  private Future<HeartbeatTotals> store(HeartbeatBatch batch) {
    return heartbeats
        .store(batch)
        .map(HeartbeatTotals::of)
        .recover(
            cause ->
                cause instanceof FleetException failure && failure.code() == Code.CLIENT_UNKNOWN
                    ? Future.succeededFuture(HeartbeatTotals.unknown(batch.heartbeats().size()))
                    : Future.failedFuture(cause));
  }
}
