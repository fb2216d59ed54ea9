package io.muster.api.fleet;

import io.muster.bus.Address;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.CollectorService;
import io.muster.bus.transport.BusService;
import io.muster.runtime.node.CoalescingCache;
import io.muster.runtime.node.TimedValue;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
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
 *
 * <p>A frame arrives before the receipt that names it: from another node over the same connection,
 * from this one in the same queue of the event loop.
 */
public final class Refresher {
  /** Maximum wait of a reader, in addition to the interval of the host. */
  private static final Duration GRACE = Duration.ofMillis(200);

  /** Twice the longest interval of a collector. */
  private static final Duration MAX_IDLE = Duration.ofHours(2);

  private final FleetContext context;
  private final FleetView view;
  private final BusService services;
  private final LongSupplier nanoTime;

  /** Collections by the instant of their start; true if the collector responded. */
  private final CoalescingCache<RefreshKey, Boolean> collections;

  public Refresher(
      FleetContext context, FleetView view, BusService services, LongSupplier nanoTime) {
    this.context = context;
    this.view = view;
    this.services = services;
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
    return context.call(() -> refresh(dueHosts, CollectRequest.of(include.sections())));
  }

  private Future<Void> refresh(List<String> hosts, CollectRequest request) {
    collections.evictIdle(MAX_IDLE);
    return Future.join(
            hosts.stream().map(host -> collectOnce(new RefreshKey(host, request))).toList())
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
    return services
        .proxy(Address.collector(key.host()), CollectorService.class, timeout)
        .collect(key.request())
        .map(receipt -> requireArrival(key.host(), receipt))
        .otherwise(cause -> markUnresponsive(key, cause))
        .map(responded -> new TimedValue<>(responded, startedNanos));
  }

  private boolean requireArrival(String host, CollectReply receipt) {
    if (view.newestFrame(host).filter(frame -> receipt.isSatisfiedBy(frame.header())).isEmpty()) {
      throw new FleetException(Code.UNAVAILABLE, "the frame did not arrive with its receipt");
    }
    return true;
  }

  private boolean markUnresponsive(RefreshKey key, Throwable cause) {
    if (view.isRefreshDue(Optional.of(key.host()), SectionSelection.DEFAULT)) {
      view.markUnresponsive(
          key.host(), "host " + key.host() + ": no fresh frame: " + cause.getMessage());
    }
    return false;
  }

  private record RefreshKey(String host, CollectRequest request) {}
}
