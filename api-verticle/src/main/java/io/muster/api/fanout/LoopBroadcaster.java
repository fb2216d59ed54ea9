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
 * Delivers frames to the subscribers of one event loop. Also calls them every second, and renews
 * the demand for costly sections while a subscriber includes them. Confined to its event loop.
 */
public final class LoopBroadcaster {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final FleetView view;
  private final DemandTopic demand;
  private final StreamMetrics metrics;
  private final DirectBufferCache buffers = new DirectBufferCache();
  private final Map<Optional<String>, Set<Mailbox>> mailboxesByScope = new HashMap<>();
  private long secondTimer = NO_TIMER;
  private long elapsedSeconds;
  private boolean closed;

  public LoopBroadcaster(Vertx vertx, FleetView view, DemandTopic demand, StreamMetrics metrics) {
    this.vertx = vertx;
    this.view = view;
    this.demand = demand;
    this.metrics = metrics;
  }

  /** Starts the timer of one second, on the caller's context. */
  public void start() {
    secondTimer = vertx.setPeriodic(1000, timer -> onSecondElapsed());
  }

  /** The buffer cache of the streams of this event loop. */
  public DirectBufferCache buffers() {
    return buffers;
  }

  public StreamMetrics metrics() {
    return metrics;
  }

  /**
   * Adds a subscriber, whose stream is counted in {@link StreamMetrics#openStreams} and whose
   * mailbox receives all following frames; after {@link #close} the subscriber is closed
   * immediately.
   */
  public Mailbox subscribe(Subscriber subscriber) {
    var mailbox = new Mailbox(subscriber, metrics);
    if (closed) {
      subscriber.close();
      mailbox.close();
      metrics.openStreams().close();
      return mailbox;
    }
    mailboxesByScope
        .computeIfAbsent(subscriber.host(), scope -> new LinkedHashSet<>())
        .add(mailbox);
    renewDemand(List.of(mailbox));
    return mailbox;
  }

  /** Removes a subscriber that has disconnected. */
  public void unsubscribe(Mailbox mailbox) {
    var scope = mailbox.subscriber().host();
    var mailboxes = mailboxesByScope.get(scope);
    if (mailboxes != null && mailboxes.remove(mailbox)) {
      mailbox.close();
      metrics.openStreams().close();
    }
    if (mailboxes != null && mailboxes.isEmpty()) {
      mailboxesByScope.remove(scope);
    }
  }

  /** Drains the mailbox of a subscriber that is writable again. */
  public void resume(Mailbox mailbox) {
    mailbox.drain();
  }

  /** Delivers a new frame to the subscribers of the scope. */
  public void broadcast(Optional<String> scope, FleetFrame frame) {
    var mailboxes = mailboxesByScope.get(scope);
    if (mailboxes != null) {
      buffers.shareCopies(() -> copyOf(mailboxes).forEach(mailbox -> mailbox.offer(frame)));
    }
  }

  /** Closes every subscriber, and from now on each new one. */
  public void close() {
    closed = true;
    vertx.cancelTimer(secondTimer);
    for (var mailbox : allMailboxes()) {
      mailbox.subscriber().close();
      unsubscribe(mailbox);
    }
  }

  /** Renews the demand leases for the process tables of the hosts in scope. */
  public void demandProcesses(Optional<String> host) {
    Collection<String> hosts = host.<Collection<String>>map(List::of).orElseGet(view::hosts);
    hosts.forEach(name -> demand.renew(name, Section.PROCESS));
  }

  private void onSecondElapsed() {
    var mailboxes = allMailboxes();
    buffers.shareCopies(() -> mailboxes.forEach(mailbox -> mailbox.subscriber().onSecondElapsed()));
    if (++elapsedSeconds % (DemandTopic.LEASE_DURATION.toSeconds() / 3) == 0) {
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

  /** A copy, since a subscriber may unsubscribe during the broadcast. */
  private static List<Mailbox> copyOf(Set<Mailbox> mailboxes) {
    return List.copyOf(mailboxes);
  }
}
