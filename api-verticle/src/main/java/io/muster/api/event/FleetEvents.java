package io.muster.api.event;

import io.muster.api.state.FleetStatePublisher;
import io.muster.bus.Address;
import io.muster.bus.EventTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.FleetEventService;
import io.muster.runtime.node.Node;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.OpenConditionQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fleet events of one api node: what it sees is reported to the aggregators, and what they
 * store is delivered to its clients. Confined to the owner context.
 */
public final class FleetEvents {
  private static final Logger log = LoggerFactory.getLogger(FleetEvents.class);
  private static final OpenConditionQuery OBSERVED = new OpenConditionQuery(EventKind.observed());

  /** Seconds between two comparisons with the stored conditions. */
  private static final int RECONCILE_SECONDS = 60;

  private static final long NO_TIMER = -1;

  private final FleetStatePublisher states;
  private final FleetEventService service;
  private final Supplier<Map<String, String>> memberAddresses;
  private final InstantSource clock;
  private final EventFeed feed;
  private final EventReporter reporter;
  private final ConditionDetector hosts;
  private final MemberDetector members;
  private long secondTimer = NO_TIMER;
  private int secondsToReconcile = RECONCILE_SECONDS / 6;

  FleetEvents(
      FleetStatePublisher states,
      FleetEventService service,
      Supplier<Map<String, String>> memberAddresses,
      InstantSource clock,
      EventMetrics metrics) {
    this.states = states;
    this.service = service;
    this.memberAddresses = memberAddresses;
    this.clock = clock;
    this.feed = new EventFeed(metrics);
    this.reporter = new EventReporter(service, feed::publish, metrics);
    this.hosts = new ConditionDetector(reporter);
    this.members = new MemberDetector(reporter);
  }

  /**
   * Creates the events of a node.
   *
   * @param timeout timeout of each call to an aggregator
   */
  public static FleetEvents create(
      FleetStatePublisher states, Node node, Duration timeout, MeterFactory meters) {
    return new FleetEvents(
        states,
        node.services().proxy(Address.FLEET_EVENTS, FleetEventService.class, timeout),
        node.memberAddresses(),
        node.clocks().wallClock(),
        EventMetrics.create(meters, new MeterFactory(node.meterRegistry(), "muster.fleet.")));
  }

  /** The events, as they are received. */
  public EventFeed feed() {
    return feed;
  }

  /**
   * Starts the detection and the delivery, on the caller's context. Completes when the stored
   * events arrive.
   */
  public Future<?> start(Vertx vertx) {
    states.subscribe(hosts);
    secondTimer = vertx.setPeriodic(1000, timer -> onSecondElapsed());
    return EventTopic.on(vertx).subscribe(feed::publish);
  }

  public void close(Vertx vertx) {
    vertx.cancelTimer(secondTimer);
    feed.close();
  }

  void onSecondElapsed() {
    var now = clock.instant();
    members.update(memberAddresses.get(), now);
    hosts.onSecondElapsed(now);
    reporter.send();
    if (--secondsToReconcile <= 0 && reporter.isIdle()) {
      secondsToReconcile = RECONCILE_SECONDS;
      reconcile();
    }
  }

  private void reconcile() {
    service
        .openConditions(OBSERVED)
        .onSuccess(
            open -> {
              var now = clock.instant();
              hosts.reconcile(open, now);
              members.reconcile(open, now);
            })
        .onFailure(
            cause -> log.debug("open conditions are not known problem={}", cause.toString()));
  }
}
