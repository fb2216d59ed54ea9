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
 * Has hosts collected afresh for readers that would otherwise get an old frame, or one without the
 * process table: one collection for everybody who waits. A host that does not answer in time is
 * shown as silent, and is not asked again for two intervals. Confined to home, except where it says
 * otherwise.
 */
public final class Refresher {
  /** What a reader waits at most, besides the interval of the host. */
  private static final Duration GRACE = Duration.ofMillis(200);

  private final Home home;
  private final FleetView view;
  private final Collectors collectors;
  private final LongSupplier nanos;
  private final Map<Wanted, Future<Void>> running = new HashMap<>();
  private final Map<Wanted, Long> notBeforeNanos = new HashMap<>();

  public Refresher(Home home, FleetView view, Collectors collectors, LongSupplier nanos) {
    this.home = home;
    this.view = view;
    this.collectors = collectors;
    this.nanos = nanos;
  }

  /**
   * Completes when the frames in scope are worth showing, or could not be had in time; at once in
   * most cases. Never fails. Any event loop may ask.
   */
  public Future<Void> refresh(Optional<String> host, SectionSelection include) {
    var wanting = view.wanting(host, include);
    if (wanting.isEmpty()) {
      return Future.succeededFuture();
    }
    return home.call(() -> refresh(wanting, include.contains(Section.PROCESS)));
  }

  private Future<Void> refresh(List<String> hosts, boolean processes) {
    var collections = hosts.stream().map(host -> collection(new Wanted(host, processes))).toList();
    return Future.join(collections).mapEmpty();
  }

  private Future<Void> collection(Wanted wanted) {
    var shared = running.get(wanted);
    if (shared != null) {
      return shared;
    }
    var notBefore = notBeforeNanos.get(wanted);
    if (notBefore != null && nanos.getAsLong() - notBefore < 0) {
      return Future.succeededFuture();
    }
    return view.newest(wanted.host())
        .map(newest -> begin(wanted, newest.header().interval()))
        .orElseGet(Future::succeededFuture);
  }

  private Future<Void> begin(Wanted wanted, Duration interval) {
    var now = nanos.getAsLong();
    notBeforeNanos.values().removeIf(instant -> now - instant >= 0);
    notBeforeNanos.put(wanted, now + 2 * interval.toNanos());
    var bound = interval.plus(GRACE);
    var collection =
        collectors
            .collect(wanted.host(), wanted.processes(), bound)
            .<Void>mapEmpty()
            .timeout(bound.toMillis(), MILLISECONDS)
            .recover(cause -> unanswered(wanted, cause));
    running.put(wanted, collection);
    return collection.onComplete(done -> running.remove(wanted));
  }

  private Future<Void> unanswered(Wanted wanted, Throwable cause) {
    if (view.isWanting(Optional.of(wanted.host()), SectionSelection.DEFAULT)) {
      view.unanswered(
          wanted.host(), "host " + wanted.host() + ": no fresh frame: " + cause.getMessage());
    }
    return Future.succeededFuture();
  }

  /** The collectors of the hosts, as this node reaches them. */
  public interface Collectors {
    /**
     * Completes when a fresh frame of the host is in the view.
     *
     * @param processes whether the frame must have the process table
     * @param bound how long an answer is waited for
     */
    Future<?> collect(String host, boolean processes, Duration bound);
  }

  private record Wanted(String host, boolean processes) {}
}
