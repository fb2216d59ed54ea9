package io.muster.api.usage;

import io.muster.api.inspection.Shelf;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody who watches one host, and what they are told of it: one question to the host for all
 * who are due, one message for all. Confined to its event loop.
 */
final class HostFeed {
  private static final Logger log = LoggerFactory.getLogger(HostFeed.class);

  private final String host;
  private final Shelf<String, Sample> samples;
  private final Function<String, OptionalLong> lastHeardSeconds;
  private final Set<UsageSession> sessions = new LinkedHashSet<>();
  private final Set<UsageSession> due = new LinkedHashSet<>();
  private @Nullable Buffer stale;

  HostFeed(
      String host, Shelf<String, Sample> samples, Function<String, OptionalLong> lastHeardSeconds) {
    this.host = host;
    this.samples = samples;
    this.lastHeardSeconds = lastHeardSeconds;
  }

  /** Takes one more in, or one that asks again, and tells it what is known now. */
  void join(UsageSession session) {
    sessions.add(session);
    due.add(session);
    ask();
  }

  void leave(UsageSession session) {
    sessions.remove(session);
    due.remove(session);
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }

  void beat(long second) {
    sessions.stream().filter(session -> session.isDue(second)).forEach(due::add);
    if (!due.isEmpty()) {
      ask();
    }
  }

  /** Who comes due while the host is asked gets the same answer; the first call tells them all. */
  private void ask() {
    samples.get(host).onSuccess(this::tell).onFailure(this::tellSilence);
  }

  private void tell(Sample sample) {
    if (stale != null) {
      stale = null;
      log.debug("host tells its usage again host={}", host);
    }
    taken(due).forEach(session -> session.tell(sample));
  }

  private void tellSilence(Throwable cause) {
    if (due.isEmpty()) {
      return;
    }
    due.clear();
    var message = stale;
    if (message == null) {
      message = Reply.stale(host, sinceSeconds());
      stale = message;
      // Not a warning: the node has said by other ways that a host is silent, and a client that
      // comes again and again would repeat it.
      log.debug("host does not tell its usage host={}", host, cause);
    }
    var told = message;
    List.copyOf(sessions).forEach(session -> session.tellSilence(told));
  }

  private OptionalLong sinceSeconds() {
    var sampled = samples.last(host).stream().mapToLong(Sample::atSeconds);
    return Stream.of(sampled, lastHeardSeconds.apply(host).stream())
        .flatMapToLong(instants -> instants)
        .max();
  }

  /** A session may leave while it is told something. */
  private static List<UsageSession> taken(Set<UsageSession> due) {
    var taken = List.copyOf(due);
    due.clear();
    return taken;
  }
}
