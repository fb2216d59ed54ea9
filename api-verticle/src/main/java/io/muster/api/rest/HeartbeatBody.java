package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.shape.Refusal;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The heartbeats of one request, as an aggregator takes them: those of one client together. */
final class HeartbeatBody {
  /** What every aggregator takes at once. */
  static final int MAX_BATCH = 500;

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ISO_LOCAL_DATE_TIME.withResolverStyle(ResolverStyle.STRICT);

  private final List<Heartbeat> heartbeats = new ArrayList<>();
  private OptionalLong sentAtMillis = OptionalLong.empty();

  private HeartbeatBody() {}

  /** Throws a {@link Refusal} for what the document cannot say is wrong. */
  static List<HeartbeatBatch> batches(List<Arguments> request) {
    Map<String, HeartbeatBody> clients = new LinkedHashMap<>();
    for (var entry : request) {
      clients
          .computeIfAbsent(Requests.requiredClientId(entry), client -> new HeartbeatBody())
          .add(entry);
    }
    return clients.entrySet().stream()
        .flatMap(client -> client.getValue().batches(client.getKey()))
        .toList();
  }

  /** All of it was sent at once: the latest instant that says when is the nearest. */
  private void add(Arguments entry) {
    heartbeats.add(heartbeat(entry));
    if (entry.text("sent_at").isPresent()) {
      var sent = millis(entry, "sent_at");
      sentAtMillis = OptionalLong.of(Math.max(sent, sentAtMillis.orElse(sent)));
    }
  }

  private Stream<HeartbeatBatch> batches(String clientId) {
    heartbeats.sort(Comparator.comparingLong(Heartbeat::atMillis));
    return IntStream.iterate(0, from -> from < heartbeats.size(), from -> from + MAX_BATCH)
        .mapToObj(
            from ->
                new HeartbeatBatch(
                    clientId,
                    sentAtMillis,
                    heartbeats.subList(from, Math.min(from + MAX_BATCH, heartbeats.size()))));
  }

  private static Heartbeat heartbeat(Arguments entry) {
    return new Heartbeat(
        millis(entry, "timestamp"),
        percent(entry, "cpu_usage"),
        percent(entry, "mem_usage"),
        percent(entry, "disk_usage"),
        entry.whole("network_up").orElse(0),
        entry.whole("network_down").orElse(0),
        DeviceBody.readings(entry.entries("devices")));
  }

  private static int percent(Arguments entry, String name) {
    return (int) Math.round(entry.decimal(name).orElseThrow());
  }

  private static long millis(Arguments entry, String name) {
    try {
      var text = entry.required(name);
      var local = LocalDateTime.parse(text.substring(0, text.length() - 1), UTC);
      return Instant.from(local.atOffset(ZoneOffset.UTC)).toEpochMilli();
    } catch (DateTimeException impossible) {
      throw Refusal.of(entry.field(name), "an instant that exists");
    }
  }
}
