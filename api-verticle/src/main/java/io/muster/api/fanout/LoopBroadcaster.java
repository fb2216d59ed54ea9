package io.muster.api.fanout;

import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.stream.DirectBufferCache;
import io.muster.bus.DemandTopic;
import io.muster.schema.frame.Section;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The subscribers of one event loop. It keeps their streams alive, and renews the demand for costly
 * sections while one of them wants those. Confined to its event loop.
 */
public final class LoopBroadcaster {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final FleetView view;
  private final DemandTopic demand;
  private final StreamCounters counters;
  private final DirectBufferCache buffers = new DirectBufferCache();
  private final Map<Optional<String>, Set<Mailbox>> mailboxesByScope = new HashMap<>();
  private long tickTimer = NO_TIMER;
  private long elapsedSeconds;
  private boolean closed;

  public LoopBroadcaster(Vertx vertx, FleetView view, DemandTopic demand, StreamCounters counters) {
    this.vertx = vertx;
    this.view = view;
    this.demand = demand;
    this.counters = counters;
  }

  /** Begins to keep the streams alive, on the context of the caller. */
  public void start() {
    tickTimer = vertx.setPeriodic(1000, timer -> tick());
  }

  /** Where the streams of this event loop take their packets from. */
  public DirectBufferCache buffers() {
    return buffers;
  }

  public StreamCounters counters() {
    return counters;
  }

  /**
   * Frames will be put into the subscriber's mailbox from now on; after {@link #close} it is closed
   * at once.
   */
  public Mailbox subscribe(Subscriber subscriber) {
    var mailbox = new Mailbox(subscriber, counters);
    if (closed) {
      subscriber.close();
      mailbox.close();
      return mailbox;
    }
    mailboxesByScope
        .computeIfAbsent(subscriber.host(), scope -> new LinkedHashSet<>())
        .add(mailbox);
    counters.countSubscribed();
    renewDemand(List.of(mailbox));
    return mailbox;
  }

  /** The subscriber is gone. */
  public void unsubscribe(Mailbox mailbox) {
    var scope = mailbox.subscriber().host();
    var mailboxes = mailboxesByScope.get(scope);
    if (mailboxes != null && mailboxes.remove(mailbox)) {
      mailbox.close();
      counters.countUnsubscribed();
    }
    if (mailboxes != null && mailboxes.isEmpty()) {
      mailboxesByScope.remove(scope);
    }
  }

  /** The subscriber can take more. */
  public void resume(Mailbox mailbox) {
    mailbox.drain();
  }

  /** There is a new frame for those who follow the scope. */
  public void broadcast(Optional<String> scope, FleetFrame frame) {
    var mailboxes = mailboxesByScope.get(scope);
    if (mailboxes != null) {
      buffers.shareCopies(() -> copyOf(mailboxes).forEach(mailbox -> mailbox.offer(frame)));
    }
  }

  /** Ends every stream, for good. */
  public void close() {
    closed = true;
    vertx.cancelTimer(tickTimer);
    for (var mailbox : allMailboxes()) {
      mailbox.subscriber().close();
      unsubscribe(mailbox);
    }
  }

  /** Asks the collectors of the hosts in scope for their process tables, for a while. */
  public void demandProcesses(Optional<String> host) {
    Collection<String> hosts = host.<Collection<String>>map(List::of).orElseGet(view::hosts);
    hosts.forEach(name -> demand.renew(name, Section.PROCESS));
  }

  private void tick() {
    var mailboxes = allMailboxes();
    buffers.shareCopies(() -> mailboxes.forEach(mailbox -> mailbox.subscriber().tick()));
    if (++elapsedSeconds % (DemandTopic.LEASE.toSeconds() / 3) == 0) {
      renewDemand(mailboxes);
    }
  }

  private void renewDemand(List<Mailbox> mailboxes) {
    mailboxes.stream()
        .map(Mailbox::subscriber)
        .filter(subscriber -> subscriber.include().contains(Section.PROCESS))
        .map(Subscriber::host)
        .distinct()
        .forEach(this::demandProcesses);
  }

  private List<Mailbox> allMailboxes() {
    return mailboxesByScope.values().stream().flatMap(Set::stream).toList();
  }

  /** A subscriber may leave while it is told. */
  private static List<Mailbox> copyOf(Set<Mailbox> mailboxes) {
    return List.copyOf(mailboxes);
  }
}
