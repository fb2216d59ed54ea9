package io.muster.aggregator.ingest;

import static io.muster.aggregator.HistoryFixture.NOON;

import io.muster.aggregator.HistoryFixture;
import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.catalog.GpuModels;
import io.muster.runtime.database.Database;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.HeartbeatBatch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/** Creates stores as an aggregator does, and test data for them. */
public final class StoreFixture {
  private StoreFixture() {}

  public static PostgresHeartbeatStore newStore(Database database, InstantSource clock) {
    return new PostgresHeartbeatStore(
        database, clock, new GpuCatalog(GpuModels.bundled()), stored -> {});
  }

  public static List<ReceivedBatch> receivedBatches(Instant now, List<HeartbeatBatch> batches) {
    return batches.stream().map(batch -> new ReceivedBatch(batch, now)).toList();
  }

  /** Returns a batch of the last seconds before noon. */
  public static HeartbeatBatch batchOf(String clientId, int number) {
    var heartbeats =
        IntStream.range(0, number).mapToObj(i -> HistoryFixture.heartbeat(NOON.minusSeconds(i)));
    return HistoryFixture.batch(clientId, heartbeats.toList());
  }

  public static DeviceReading[] devices(int number) {
    return IntStream.range(0, number)
        .mapToObj(HistoryFixture::device)
        .toArray(DeviceReading[]::new);
  }
}
