package io.muster.api.fleet;

import io.muster.bus.DemandTopic;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells every subscriber of every new frame. Who follows one host is told at once; who follows a
 * fleet is told once for each tick, when all live hosts have sent theirs or a short while has
 * passed. Confined to the context of its verticle.
 */
public final class FrameHub {
  private static final Duration GATHERING = Duration.ofMillis(250);
  private static final long NONE = -1;

  private final Vertx vertx;
  private final FleetView view;
  private final DemandTopic demand;
  private final Map<Subscriber, Mailbox> subscribers = new LinkedHashMap<>();
  private final Set<String> arrived = new HashSet<>();
  private long gathering = NONE;
  private long beat = NONE;
  private boolean closed;
  private long droppedByGone;
  private long seconds;

  /**
   * A hub over the view. It renews the demand for costly sections while a subscriber wants them.
   */
  public FrameHub(Vertx vertx, FleetView view, DemandTopic demand) {
    this.vertx = vertx;
    this.view = view;
    this.demand = demand;
  }

  /** Begins to keep the streams alive, on the context of the caller. */
  public void start() {
    beat = vertx.setPeriodic(1000, timer -> tick());
  }

  /** Takes a frame from the bus. */
  public void offer(EncodedFrame frame) {
    if (!view.offer(frame)) {
      return;
    }
    var host = frame.head().hostId();
    tell(Optional.of(host));
    arrived.add(host);
    if (arrived.containsAll(view.freshHosts())) {
      tellEverybody();
    } else if (gathering == NONE) {
      gathering = vertx.setTimer(GATHERING.toMillis(), timer -> tellEverybody());
    }
  }

  /**
   * Frames will be put into the subscriber's mailbox from now on; after {@link #close} it is closed
   * at once.
   */
  public void subscribe(Subscriber subscriber) {
    if (closed) {
      subscriber.close();
      return;
    }
    subscribers.put(subscriber, new Mailbox());
    renewDemand(List.of(subscriber));
  }

  /** The subscriber is gone. */
  public void unsubscribe(Subscriber subscriber) {
    var mailbox = subscribers.remove(subscriber);
    droppedByGone += mailbox == null ? 0 : mailbox.dropped();
  }

  /** The subscriber can take more. */
  public void resume(Subscriber subscriber) {
    var mailbox = subscribers.get(subscriber);
    if (mailbox != null) {
      subscriber.drain(mailbox);
    }
  }

  /** Ends every stream, for good. */
  public void close() {
    closed = true;
    vertx.cancelTimer(beat);
    vertx.cancelTimer(gathering);
    for (var subscriber : everybody()) {
      subscriber.close();
      unsubscribe(subscriber);
    }
  }

  /** Open streams. */
  public int size() {
    return subscribers.size();
  }

  /** Frames that subscribers lost because they were slow. */
  public long dropped() {
    return droppedByGone + subscribers.values().stream().mapToLong(Mailbox::dropped).sum();
  }

  /** Asks the collectors of the hosts in scope for their process tables. */
  public void demandProcesses(Optional<String> host) {
    Collection<String> hosts = host.<Collection<String>>map(List::of).orElseGet(view::hosts);
    hosts.forEach(name -> demand.renew(name, Section.PROCESS));
  }

  private void tellEverybody() {
    vertx.cancelTimer(gathering);
    gathering = NONE;
    arrived.clear();
    tell(Optional.empty());
  }

  private void tell(Optional<String> host) {
    var told = everybody().stream().filter(each -> each.host().equals(host)).toList();
    if (told.isEmpty()) {
      return;
    }
    view.show(host).ifPresent(frame -> told.forEach(subscriber -> deliver(frame, subscriber)));
  }

  private void deliver(FleetFrame frame, Subscriber subscriber) {
    var mailbox = subscribers.get(subscriber);
    if (mailbox != null) {
      mailbox.offer(frame);
      subscriber.drain(mailbox);
    }
  }

  private void tick() {
    everybody().forEach(Subscriber::tick);
    if (++seconds % (DemandTopic.LEASE.toSeconds() / 3) == 0) {
      renewDemand(everybody());
    }
  }

  private void renewDemand(List<Subscriber> who) {
    who.stream()
        .filter(subscriber -> subscriber.include().contains(Section.PROCESS))
        .map(Subscriber::host)
        .distinct()
        .forEach(this::demandProcesses);
  }

  /** A copy: a subscriber may leave while it is told. */
  private List<Subscriber> everybody() {
    return new ArrayList<>(subscribers.keySet());
  }
}
