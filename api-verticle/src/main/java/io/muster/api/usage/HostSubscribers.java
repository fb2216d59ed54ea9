package io.muster.api.usage;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribed sessions of one host. All sessions that are due share one request to the host and
 * one message. Confined to one event loop.
 */
final class HostSubscribers {
  private static final Logger log = LoggerFactory.getLogger(HostSubscribers.class);

  private final String host;
  private final Supplier<Future<UsageSample>> sampler;
  private final Supplier<OptionalLong> lastKnownAtSeconds;
  private final Set<UsageSession> sessions = new LinkedHashSet<>();
  private final Set<UsageSession> dueSessions = new LinkedHashSet<>();
  private @Nullable Buffer staleMessage;

  /**
   * Creates an entry without sessions.
   *
   * @param sampler returns the current usage of the host
   * @param lastKnownAtSeconds time of the newest reading of the host, seconds since the epoch
   */
  HostSubscribers(
      String host,
      Supplier<Future<UsageSample>> sampler,
      Supplier<OptionalLong> lastKnownAtSeconds) {
    this.host = host;
    this.sampler = sampler;
    this.lastKnownAtSeconds = lastKnownAtSeconds;
  }

  /** Adds a session, or one that subscribes again, and sends it the current usage. */
  void add(UsageSession session) {
    sessions.add(session);
    dueSessions.add(session);
    requestSample();
  }

  void remove(UsageSession session) {
    sessions.remove(session);
    dueSessions.remove(session);
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }

  void tick(long second) {
    sessions.stream().filter(session -> session.advanceTo(second)).forEach(dueSessions::add);
    if (!dueSessions.isEmpty()) {
      requestSample();
    }
  }

  /**
   * Sessions due during a request share its reply; the first callback serves all these sessions.
   */
  private void requestSample() {
    sampler.get().onSuccess(this::sendSample).onFailure(this::sendStale);
  }

  private void sendSample(UsageSample sample) {
    if (staleMessage != null) {
      staleMessage = null;
      log.debug("usage sampling recovered host={}", host);
    }
    drainDue(dueSessions).forEach(session -> session.sendSample(sample));
  }

  private void sendStale(Throwable cause) {
    if (dueSessions.isEmpty()) {
      return;
    }
    dueSessions.clear();
    var message = staleMessage;
    if (message == null) {
      message = StatusMessage.stale(host, lastKnownAtSeconds.get());
      staleMessage = message;
      // Not a warning: a silent host is logged elsewhere, and clients that reconnect would
      // repeat it.
      log.debug("usage sampling failed host={}", host, cause);
    }
    var staleToSend = message;
    List.copyOf(sessions).forEach(session -> session.sendStale(staleToSend));
  }

  /** Returns a copy, since a session may be removed while it is being served. */
  private static List<UsageSession> drainDue(Set<UsageSession> due) {
    var drained = List.copyOf(due);
    due.clear();
    return drained;
  }
}
