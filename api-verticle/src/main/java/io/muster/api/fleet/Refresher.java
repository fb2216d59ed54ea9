package io.muster.api.fleet;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Requests fresh frames from collectors for readers that would get an old frame, or one without the
 * process table: concurrent readers share one collection. A host whose collector does not respond
 * in time becomes silent, and gets no further request for two intervals. Confined to the owner
 * context, except where noted.
 */
public final class Refresher {
  /** Maximum wait of a reader, in addition to the interval of the host. */
  private static final Duration GRACE = Duration.ofMillis(200);

  private final FleetContext context;
  private final FleetView view;
  private final CollectorClient collectors;
  private final LongSupplier nanoTime;
  private final Map<RefreshKey, Future<Void>> inFlight = new HashMap<>();
  private final Map<RefreshKey, Long> notBeforeNanos = new HashMap<>();

  public Refresher(
      FleetContext context, FleetView view, CollectorClient collectors, LongSupplier nanoTime) {
    this.context = context;
    this.view = view;
    this.collectors = collectors;
    this.nanoTime = nanoTime;
  }

  /**
   * Completes when the frames in scope are fresh, or could not be collected in time; immediately in
   * most cases. Never fails. Safe for use by any event loop.
   */
  public Future<Void> refresh(Optional<String> host, SectionSelection include) {
    var dueHosts = view.hostsToRefresh(host, include);
    if (dueHosts.isEmpty()) {
      return Future.succeededFuture();
    }
    return context.call(() -> refresh(dueHosts, include.contains(Section.PROCESS)));
  }

  private Future<Void> refresh(List<String> hosts, boolean processes) {
    var collections =
        hosts.stream().map(host -> joinOrStart(new RefreshKey(host, processes))).toList();
    return Future.join(collections).mapEmpty();
  }

  private Future<Void> joinOrStart(RefreshKey key) {
    var shared = inFlight.get(key);
    if (shared != null) {
      return shared;
    }
    var notBefore = notBeforeNanos.get(key);
    if (notBefore != null && nanoTime.getAsLong() - notBefore < 0) {
      return Future.succeededFuture();
    }
    return view.newestFrame(key.host())
        .map(newest -> start(key, newest.header().interval()))
        .orElseGet(Future::succeededFuture);
  }

  private Future<Void> start(RefreshKey key, Duration interval) {
    var now = nanoTime.getAsLong();
    notBeforeNanos.values().removeIf(instant -> now - instant >= 0);
    notBeforeNanos.put(key, now + 2 * interval.toNanos());
    var timeout = interval.plus(GRACE);
    var collection =
        collectors
            .collect(key.host(), key.processes(), timeout)
            .<Void>mapEmpty()
            .timeout(timeout.toMillis(), MILLISECONDS)
            .recover(cause -> markUnresponsive(key, cause));
    inFlight.put(key, collection);
    return collection.onComplete(done -> inFlight.remove(key));
  }

  private Future<Void> markUnresponsive(RefreshKey key, Throwable cause) {
    if (view.isRefreshDue(Optional.of(key.host()), SectionSelection.DEFAULT)) {
      view.markUnresponsive(
          key.host(), "host " + key.host() + ": no fresh frame: " + cause.getMessage());
    }
    return Future.succeededFuture();
  }

  /** Requests frames from the collectors of hosts. */
  public interface CollectorClient {
    /**
     * Completes when a fresh frame of the host is in the view.
     *
     * @param processes true if the frame must contain the process table
     * @param timeout maximum wait for the response
     */
    Future<?> collect(String host, boolean processes, Duration timeout);
  }

  private record RefreshKey(String host, boolean processes) {}
}
