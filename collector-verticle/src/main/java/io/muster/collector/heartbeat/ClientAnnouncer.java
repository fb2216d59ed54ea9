package io.muster.collector.heartbeat;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.AnnouncementService;
import io.muster.schema.client.ClientRegistration;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the collector's hosts as clients: each at the start, retried until it succeeds, and
 * again when an aggregator reports the client as unknown. Confined to the context of its pipeline.
 */
final class ClientAnnouncer {
  private static final Logger log = LoggerFactory.getLogger(ClientAnnouncer.class);
  private static final int MAX_CONCURRENT = 50;
  private static final int MAX_NAME_LENGTH = 32;
  private static final int MAX_OS_TYPE_LENGTH = 64;

  private final AnnouncementService registry;
  private final Duration timeout;
  private final Backoff backoff;
  private final Map<String, ClientRegistration> clients = new LinkedHashMap<>();
  private final Set<String> unannounced = new LinkedHashSet<>();
  private boolean announcing;

  ClientAnnouncer(
      AnnouncementService registry,
      List<ClientRegistration> clients,
      Duration timeout,
      Backoff backoff) {
    this.registry = registry;
    this.timeout = timeout;
    this.backoff = backoff;
    clients.forEach(client -> this.clients.put(client.clientId(), withTruncatedTexts(client)));
    unannounced.addAll(this.clients.keySet());
  }

  /** Announces up to 50 of the clients that are not announced yet. To be called once a second. */
  void announcePending() {
    if (announcing || unannounced.isEmpty() || !backoff.canRetry()) {
      return;
    }
    announcing = true;
    var next = unannounced.stream().limit(MAX_CONCURRENT).toList();
    var announcements = next.stream().map(this::announce).toList();
    Future.join(announcements).onComplete(done -> finishRound(done.cause()));
  }

  boolean isKnown(String clientId) {
    return clients.containsKey(clientId);
  }

  /**
   * Returns true if there is at most one client, so that its heartbeats cannot block those of
   * others.
   */
  boolean hasSingleClient() {
    return clients.size() <= 1;
  }

  /**
   * Announces a client of this collector. A rejection counts as success, because a retry would be
   * rejected again.
   */
  Future<Void> announce(String clientId) {
    var client = clients.get(clientId);
    if (client == null) {
      return Future.succeededFuture();
    }
    return registry
        .announce(client)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> handleRejection(client, cause))
        .onSuccess(done -> unannounced.remove(clientId));
  }

  private static Future<Void> handleRejection(ClientRegistration client, Throwable cause) {
    if (cause instanceof FleetException failure && failure.code() == Code.INVALID_ARGUMENT) {
      log.error(
          "client rejected by the registry client={} user={} name={} reason={}",
          client.clientId(),
          client.userId(),
          client.name(),
          cause.getMessage());
      return Future.succeededFuture();
    }
    return Future.failedFuture(cause);
  }

  private void finishRound(@Nullable Throwable cause) {
    announcing = false;
    if (cause == null) {
      if (backoff.recordSuccess()) {
        log.info("client announcement recovered pending={}", unannounced.size());
      }
    } else if (backoff.recordFailure()) {
      log.warn(
          "clients not announced, retrying pending={} reason={}",
          unannounced.size(),
          cause.toString());
    }
  }

  /** The registry accepts names of 1 to 32 characters. */
  private static ClientRegistration withTruncatedTexts(ClientRegistration client) {
    var name = truncate(client.name(), MAX_NAME_LENGTH);
    return new ClientRegistration(
        client.userId(),
        client.clientId(),
        client.clientStatus(),
        client
            .osType()
            .map(text -> truncate(text, MAX_OS_TYPE_LENGTH))
            .filter(text -> !text.isEmpty()),
        name.isEmpty() ? client.clientId() : name);
  }

  private static String truncate(String text, int maxCodePoints) {
    var stripped = text.strip();
    return stripped.codePointCount(0, stripped.length()) <= maxCodePoints
        ? stripped
        : stripped.substring(0, stripped.offsetByCodePoints(0, maxCodePoints)).strip();
  }
}
