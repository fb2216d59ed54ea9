package io.muster.api.fleet;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.runtime.node.CoalescingCache;
import io.muster.runtime.node.TimedValue;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
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

  /** Twice the longest interval of a collector. */
  private static final Duration MAX_IDLE = Duration.ofHours(2);

  private final FleetContext context;
  private final FleetView view;
  private final CollectorClient collectors;
  private final LongSupplier nanoTime;

  /** Collections by the instant of their start; true if the collector responded. */
  private final CoalescingCache<RefreshKey, Boolean> collections;

  public Refresher(
      FleetContext context, FleetView view, CollectorClient collectors, LongSupplier nanoTime) {
    this.context = context;
    this.view = view;
    this.collectors = collectors;
    this.nanoTime = nanoTime;
    this.collections = new CoalescingCache<>(Integer.MAX_VALUE, nanoTime);
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
    collections.evictIdle(MAX_IDLE);
    return Future.join(
            hosts.stream().map(host -> collectOnce(new RefreshKey(host, processes))).toList())
        .mapEmpty();
  }

  /** Joins the collection of the last two intervals, or starts one. */
  private Future<?> collectOnce(RefreshKey key) {
    return view.newestFrame(key.host())
        .map(newest -> newest.header().interval())
        .<Future<?>>map(
            interval ->
                collections.get(key, interval.multipliedBy(2), () -> collect(key, interval)))
        .orElseGet(Future::succeededFuture);
  }

  private Future<TimedValue<Boolean>> collect(RefreshKey key, Duration interval) {
    var startedNanos = nanoTime.getAsLong();
    var timeout = interval.plus(GRACE);
    return collectors
        .collect(key.host(), key.processes(), timeout)
        .timeout(timeout.toMillis(), MILLISECONDS)
        .map(true)
        .otherwise(cause -> markUnresponsive(key, cause))
        .map(responded -> new TimedValue<>(responded, startedNanos));
  }

  private boolean markUnresponsive(RefreshKey key, Throwable cause) {
    if (view.isRefreshDue(Optional.of(key.host()), SectionSelection.DEFAULT)) {
      view.markUnresponsive(
          key.host(), "host " + key.host() + ": no fresh frame: " + cause.getMessage());
    }
    return false;
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
