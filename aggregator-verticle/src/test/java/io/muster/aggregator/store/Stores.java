package io.muster.aggregator.store;

import static io.muster.aggregator.History.NOON;

import io.muster.aggregator.History;
import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.catalog.GpuModels;
import io.muster.runtime.database.Database;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.HeartbeatBatch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/** Stores as an aggregator would make them. */
public final class Stores {
  private Stores() {}

  public static PostgresHeartbeatStore on(Database database, InstantSource clock) {
    return new PostgresHeartbeatStore(database, clock, new GpuCatalog(GpuModels.bundled()));
  }

  public static List<Arrival> arrivals(Instant now, List<HeartbeatBatch> batches) {
    return batches.stream().map(batch -> new Arrival(batch, now)).toList();
  }

  /** The last seconds of the morning. */
  public static HeartbeatBatch beats(String clientId, int number) {
    var beats = IntStream.range(0, number).mapToObj(i -> History.beat(NOON.minusSeconds(i)));
    return History.batch(clientId, beats.toList());
  }

  public static DeviceReading[] devices(int number) {
    return IntStream.range(0, number).mapToObj(History::device).toArray(DeviceReading[]::new);
  }
}
