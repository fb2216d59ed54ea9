package io.muster.aggregator.ingest;

import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one client has in a transaction.
 *
 * @param clientId as it was sent
 * @param clientRef as the tables know it
 * @param sent heartbeats in its batch
 * @param fitting those that are neither too old nor too far in the future
 */
record Share(String clientId, int clientRef, int sent, List<Heartbeat> fitting) {
  static Share of(HeartbeatBatch batch, int clientRef, Window window) {
    var fitting = batch.heartbeats().stream().filter(window::holds).toList();
    return new Share(batch.clientId(), clientRef, batch.heartbeats().size(), fitting);
  }

  Stream<Beat> beats() {
    return fitting.stream().map(heartbeat -> new Beat(clientRef, heartbeat));
  }

  Optional<Beat> newest() {
    return beats().max(Comparator.comparingLong(beat -> beat.heartbeat().atMillis()));
  }

  HeartbeatReceipt receipt(int accepted) {
    return new HeartbeatReceipt(accepted, fitting.size() - accepted, sent - fitting.size());
  }

  /**
   * The instants that are stored.
   *
   * @param oldest inclusive: begin of the oldest day that has a partition
   * @param now by the server's clock
   */
  record Window(Instant oldest, Instant now) {
    /** How far a host's clock may be ahead. */
    private static final Duration AHEAD = Duration.ofSeconds(60);

    /** How old a heartbeat may be that shows that its host is there now. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    boolean holds(Heartbeat heartbeat) {
      return heartbeat.atMillis() >= oldest.toEpochMilli()
          && heartbeat.atMillis() <= now.plus(AHEAD).toEpochMilli();
    }

    /** When the host was heard: the backlog of a host that was cut off does not show it online. */
    OffsetDateTime seenAt(Beat beat) {
      var fresh = beat.heartbeat().atMillis() > now.minus(FRESH).toEpochMilli();
      return fresh ? now.atOffset(ZoneOffset.UTC) : beat.at();
    }
  }
}
