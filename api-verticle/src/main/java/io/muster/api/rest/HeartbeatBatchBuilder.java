package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.BadRequestException;
import io.muster.api.rest.contract.RequestTime;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Groups the heartbeats of one request into batches of one client each. Used by the calling thread
 * within one call.
 */
final class HeartbeatBatchBuilder {
  /** Maximum number of heartbeats in a batch, accepted by every aggregator. */
  static final int MAX_BATCH = 500;

  private final List<Heartbeat> heartbeats = new ArrayList<>();
  private OptionalLong sentAtMillis = OptionalLong.empty();

  private HeartbeatBatchBuilder() {}

  /**
   * Returns the batches. Throws a {@link BadRequestException} for errors that the schemas of the
   * document cannot express.
   */
  static List<HeartbeatBatch> batches(List<Arguments> request) {
    Map<String, HeartbeatBatchBuilder> buildersByClient = new LinkedHashMap<>();
    for (var entry : request) {
      buildersByClient
          .computeIfAbsent(
              StandardArguments.requiredClientId(entry), client -> new HeartbeatBatchBuilder())
          .add(entry);
    }
    return buildersByClient.entrySet().stream()
        .flatMap(client -> client.getValue().batches(client.getKey()))
        .toList();
  }

  /** The request was sent at one instant: the latest {@code sent_at} is the best estimate of it. */
  private void add(Arguments entry) {
    heartbeats.add(heartbeat(entry));
    if (entry.text("sent_at").isPresent()) {
      var entrySentAtMillis = millis(entry, "sent_at");
      sentAtMillis =
          OptionalLong.of(Math.max(entrySentAtMillis, sentAtMillis.orElse(entrySentAtMillis)));
    }
  }

  private Stream<HeartbeatBatch> batches(String clientId) {
    heartbeats.sort(Comparator.comparingLong(Heartbeat::atMillis));
    return IntStream.iterate(0, start -> start < heartbeats.size(), start -> start + MAX_BATCH)
        .mapToObj(
            start ->
                new HeartbeatBatch(
                    clientId,
                    sentAtMillis,
                    heartbeats.subList(start, Math.min(start + MAX_BATCH, heartbeats.size()))));
  }

  private static Heartbeat heartbeat(Arguments entry) {
    return new Heartbeat(
        millis(entry, "timestamp"),
        percent(entry, "cpu_usage"),
        percent(entry, "mem_usage"),
        percent(entry, "disk_usage"),
        entry.longInteger("network_up").orElse(0),
        entry.longInteger("network_down").orElse(0),
        entry.objects("devices").map(DeviceReadingParser::parse));
  }

  private static int percent(Arguments entry, String name) {
    return (int) Math.round(entry.decimal(name).orElseThrow());
  }

  private static long millis(Arguments entry, String name) {
    return RequestTime.parseInstant(entry.requiredText(name)).orElseThrow().toEpochMilli();
  }
}
