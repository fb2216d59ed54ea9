package io.muster.api.fanout;

import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.stream.Staging;
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
public final class FanOut {
  private static final long NONE = -1;

  private final Vertx vertx;
  private final FleetView view;
  private final DemandTopic demand;
  private final StreamCounters counters;
  private final Staging staging = new Staging();
  private final Map<Optional<String>, Set<Mailbox>> scopes = new HashMap<>();
  private long beat = NONE;
  private long seconds;
  private boolean closed;

  public FanOut(Vertx vertx, FleetView view, DemandTopic demand, StreamCounters counters) {
    this.vertx = vertx;
    this.view = view;
    this.demand = demand;
    this.counters = counters;
  }

  /** Begins to keep the streams alive, on the context of the caller. */
  public void start() {
    beat = vertx.setPeriodic(1000, timer -> tick());
  }

  /** Where the streams of this event loop take their packets from. */
  public Staging staging() {
    return staging;
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
    scopes.computeIfAbsent(subscriber.host(), scope -> new LinkedHashSet<>()).add(mailbox);
    counters.joined();
    renewDemand(List.of(mailbox));
    return mailbox;
  }

  /** The subscriber is gone. */
  public void unsubscribe(Mailbox mailbox) {
    var scope = mailbox.subscriber().host();
    var neighbours = scopes.get(scope);
    if (neighbours != null && neighbours.remove(mailbox)) {
      mailbox.close();
      counters.left();
    }
    if (neighbours != null && neighbours.isEmpty()) {
      scopes.remove(scope);
    }
  }

  /** The subscriber can take more. */
  public void resume(Mailbox mailbox) {
    mailbox.drain();
  }

  /** There is a new frame for those who follow the scope. */
  public void told(Optional<String> scope, FleetFrame frame) {
    var mailboxes = scopes.get(scope);
    if (mailboxes != null) {
      staging.share(() -> copyOf(mailboxes).forEach(mailbox -> mailbox.offer(frame)));
    }
  }

  /** Ends every stream, for good. */
  public void close() {
    closed = true;
    vertx.cancelTimer(beat);
    for (var mailbox : everybody()) {
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
    var everybody = everybody();
    staging.share(() -> everybody.forEach(mailbox -> mailbox.subscriber().tick()));
    if (++seconds % (DemandTopic.LEASE.toSeconds() / 3) == 0) {
      renewDemand(everybody);
    }
  }

  private void renewDemand(List<Mailbox> who) {
    who.stream()
        .map(Mailbox::subscriber)
        .filter(subscriber -> subscriber.include().contains(Section.PROCESS))
        .map(Subscriber::host)
        .distinct()
        .forEach(this::demandProcesses);
  }

  private List<Mailbox> everybody() {
    return scopes.values().stream().flatMap(Set::stream).toList();
  }

  /** A subscriber may leave while it is told. */
  private static List<Mailbox> copyOf(Set<Mailbox> mailboxes) {
    return List.copyOf(mailboxes);
  }
}
