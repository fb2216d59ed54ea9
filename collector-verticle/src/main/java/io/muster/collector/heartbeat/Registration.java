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
 * Makes the collector's hosts known to the registry: each at the start, until it succeeds, and
 * again when an aggregator does not know it. Confined to one thread.
 */
final class Registration {
  private static final Logger log = LoggerFactory.getLogger(Registration.class);
  private static final int AT_ONCE = 50;
  private static final int NAME_LENGTH = 32;
  private static final int OS_TYPE_LENGTH = 64;

  private final AnnouncementService registry;
  private final Duration timeout;
  private final Backoff backoff;
  private final Map<String, ClientRegistration> clients = new LinkedHashMap<>();
  private final Set<String> unannounced = new LinkedHashSet<>();
  private boolean busy;

  Registration(
      AnnouncementService registry,
      List<ClientRegistration> clients,
      Duration timeout,
      Backoff backoff) {
    this.registry = registry;
    this.timeout = timeout;
    this.backoff = backoff;
    clients.forEach(client -> this.clients.put(client.clientId(), fitted(client)));
    unannounced.addAll(this.clients.keySet());
  }

  /** Announces some of those that are not announced yet. Called once a second. */
  void tick() {
    if (busy || unannounced.isEmpty() || !backoff.isOver()) {
      return;
    }
    busy = true;
    var next = unannounced.stream().limit(AT_ONCE).toList();
    var announcements = next.stream().map(this::announce).toList();
    Future.join(announcements).onComplete(done -> settle(done.cause()));
  }

  boolean knows(String clientId) {
    return clients.containsKey(clientId);
  }

  /** Whether there is but one host, so that nobody waits behind its heartbeats. */
  boolean isAlone() {
    return clients.size() <= 1;
  }

  /**
   * Announces a client that is known here. A refusal counts as done: trying again does not help.
   */
  Future<Void> announce(String clientId) {
    var client = clients.get(clientId);
    if (client == null) {
      return Future.succeededFuture();
    }
    return registry
        .announce(client)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> refusal(client, cause))
        .onSuccess(done -> unannounced.remove(clientId));
  }

  private static Future<Void> refusal(ClientRegistration client, Throwable cause) {
    if (cause instanceof FleetException failure && failure.code() == Code.INVALID_ARGUMENT) {
      log.error(
          "client is refused by the registry client={} user={} name={} reason={}",
          client.clientId(),
          client.userId(),
          client.name(),
          cause.getMessage());
      return Future.succeededFuture();
    }
    return Future.failedFuture(cause);
  }

  private void settle(@Nullable Throwable cause) {
    busy = false;
    if (cause == null) {
      if (backoff.succeeded()) {
        log.info("clients are announced again left={}", unannounced.size());
      }
    } else if (backoff.failed()) {
      log.warn(
          "clients cannot be announced yet left={} reason={}",
          unannounced.size(),
          cause.toString());
    }
  }

  /** The registry takes names of 1 to 32 characters. */
  private static ClientRegistration fitted(ClientRegistration client) {
    var name = clip(client.name(), NAME_LENGTH);
    return new ClientRegistration(
        client.userId(),
        client.clientId(),
        client.clientStatus(),
        client.osType().map(text -> clip(text, OS_TYPE_LENGTH)).filter(text -> !text.isEmpty()),
        name.isEmpty() ? client.clientId() : name);
  }

  private static String clip(String text, int codePoints) {
    var stripped = text.strip();
    return stripped.codePointCount(0, stripped.length()) <= codePoints
        ? stripped
        : stripped.substring(0, stripped.offsetByCodePoints(0, codePoints)).strip();
  }
}
