package io.muster.api.bridge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The sessions of all event loops over the transports of SockJS that are sequences of requests, by
 * their ids, which the clients choose. A request with an unknown id opens a session; others with
 * the same id wait until it is open, since Vert.x could open it twice. Safe for use by any thread.
 */
public final class SockJsSessions {
  private final Map<String, SessionSlot> slotById = new ConcurrentHashMap<>();

  /** Returns the slot of a session that exists or is being opened. */
  Optional<SessionSlot> find(String id) {
    return Optional.ofNullable(slotById.get(id));
  }

  /**
   * Creates the slot of a new session; empty if another request has just created one.
   *
   * @param onClosed run once, when the slot is closed
   */
  Optional<SessionSlot> create(String id, Runnable onClosed) {
    var slot = new SessionSlot(id, onClosed);
    return slotById.putIfAbsent(id, slot) == null ? Optional.of(slot) : Optional.empty();
  }

  /** The place of one session. Safe for use by any thread. */
  final class SessionSlot {
    private final String id;
    private final Runnable onClosed;
    private final Promise<Void> opening = Promise.promise();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<HttpConnection> waiting = ConcurrentHashMap.newKeySet();

    private SessionSlot(String id, Runnable onClosed) {
      this.id = id;
      this.onClosed = onClosed;
    }

    /** Completes when the session is open, or was closed; on any thread. */
    Future<Void> opening() {
      return opening.future();
    }

    void open() {
      opening.tryComplete();
    }

    /** Adds the connection of a request whose response is not complete. */
    void addWaiting(HttpConnection connection) {
      waiting.add(connection);
    }

    void removeWaiting(HttpConnection connection) {
      waiting.remove(connection);
    }

    /** Closes the connections of requests that Vert.x has forgotten with the session. */
    void closeWaiting() {
      waiting.forEach(HttpConnection::close);
    }

    void close() {
      if (closed.compareAndSet(false, true)) {
        slotById.remove(id, this);
        onClosed.run();
        opening.tryComplete();
      }
    }
  }
}
