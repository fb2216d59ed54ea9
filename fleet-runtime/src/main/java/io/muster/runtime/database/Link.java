package io.muster.runtime.database;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.DatabaseState.Phase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session with the server: tries until there is one, and again when it is lost, until it is
 * closed. All but reading its state happens on one context.
 */
final class Link {
  private static final Logger log = LoggerFactory.getLogger(Link.class);
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Duration FIRST_DELAY = Duration.ofMillis(100);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);
  private static final Duration WATCH_PERIOD = Duration.ofSeconds(2);
  private static final Duration CHORE_PERIOD = Duration.ofMinutes(10);
  private static final Duration ADMISSION_LIMIT = Duration.ofSeconds(6);

  private final Vertx vertx;
  private final Context context;
  private final Server server;
  private final DatabaseConfig config;
  private final SchemaCare care;
  private final Promise<Void> admission = Promise.promise();
  private final Promise<Void> firstReady = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private final LongAdder sessions = new LongAdder();
  private final LongAdder losses = new LongAdder();
  private final LongAdder failedAttempts = new LongAdder();
  private final List<Long> timers = new ArrayList<>();
  private Duration delay = FIRST_DELAY;
  private String logged = "";
  private boolean watching;
  private boolean closed;
  private volatile @Nullable Session session;
  private volatile DatabaseState trouble =
      new DatabaseState(Phase.STARTING, "the database is starting");

  Link(Vertx vertx, Server server, DatabaseConfig config, SchemaCare care) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.server = server;
    this.config = config;
    this.care = care;
  }

  void open() {
    context.runOnContext(
        opened -> {
          timers.add(vertx.setTimer(ADMISSION_LIMIT.toMillis(), passed -> admission.tryComplete()));
          timers.add(vertx.setPeriodic(WATCH_PERIOD.toMillis(), tick -> watch()));
          timers.add(vertx.setPeriodic(CHORE_PERIOD.toMillis(), tick -> chores()));
          attempt();
        });
  }

  Future<Void> admission() {
    return admission.future();
  }

  Future<Void> firstReady() {
    return firstReady.future();
  }

  Optional<Session> session() {
    return Optional.ofNullable(session);
  }

  DatabaseState state() {
    var current = session;
    return current == null ? trouble : current.state();
  }

  long sessions() {
    return sessions.sum();
  }

  long losses() {
    return losses.sum();
  }

  long failedAttempts() {
    return failedAttempts.sum();
  }

  Future<Void> close() {
    context.runOnContext(closing -> end());
    return ended.future();
  }

  private void attempt() {
    if (closed) {
      return;
    }
    server
        .admission()
        .onSuccess(checked -> admitEarly())
        .compose(admitted -> server.reachable())
        .compose(options -> Session.open(vertx, options, config, care))
        .onSuccess(this::established)
        .onFailure(this::failed);
  }

  /** A server of ours takes its time to start; one of the site has yet to accept us. */
  private void admitEarly() {
    if (server instanceof Server.Embedded embedded && !embedded.isVisited()) {
      admission.tryComplete();
    }
  }

  private void established(Session opened) {
    if (closed) {
      opened.close(); // Nobody waits for it: the server is being stopped, too.
      return;
    }
    session = opened;
    sessions.increment();
    delay = FIRST_DELAY;
    logged = "";
    log.info("database {} server={}", opened.state().reason(), server);
    admission.tryComplete();
    firstReady.tryComplete();
    opened.lost().onSuccess(reason -> context.runOnContext(lost -> lost(opened, reason)));
  }

  private void lost(Session lost, String reason) {
    if (session != lost) {
      return;
    }
    session = null;
    losses.increment();
    note(new DatabaseState(Phase.DOWN, reason));
    lost.close(); // Its connections are dead or dying: how they end does not matter.
    attempt();
  }

  private void failed(Throwable cause) {
    if (closed) {
      return;
    }
    failedAttempts.increment();
    var line = server.key() + ": " + server + ": " + SqlFailures.line(cause);
    note(new DatabaseState(firstReady.future().isComplete() ? Phase.DOWN : Phase.STARTING, line));
    if (SqlFailures.isRefusal(cause)) {
      admission.tryFail(new FleetException(Code.INVALID_ARGUMENT, line, cause));
    }
    admission.tryComplete();
    vertx.setTimer(delay.toMillis(), passed -> attempt());
    var doubled = delay.multipliedBy(2);
    delay = doubled.compareTo(LONGEST_DELAY) < 0 ? doubled : LONGEST_DELAY;
  }

  /**
   * A server that stays away is logged once for each reason, not at each try; reasons that differ
   * in numbers only, such as times and process ids, are one.
   */
  private void note(DatabaseState now) {
    trouble = now;
    var kind = DIGITS.matcher(now.reason()).replaceAll("#");
    if (!kind.equals(logged)) {
      logged = kind;
      log.warn("database not ready reason={}", now.reason());
    }
  }

  private void watch() {
    var current = session;
    if (current != null && !watching) {
      watching = true;
      current.watched().onComplete(done -> watching = false);
    }
  }

  private void chores() {
    var current = session;
    if (current != null) {
      Future.join(current.partitioned(), server.tidied())
          .onFailure(
              cause -> log.warn("database chores failed reason={}", SqlFailures.line(cause)));
    }
  }

  private void end() {
    if (closed) {
      return;
    }
    closed = true;
    timers.forEach(vertx::cancelTimer);
    trouble = new DatabaseState(Phase.CLOSED, "the database is closed");
    admission.tryComplete();
    firstReady.tryFail(new FleetException(Code.UNAVAILABLE, trouble.reason()));
    var last = session;
    session = null;
    var left = last == null ? Future.<Void>succeededFuture() : last.close();
    left.eventually(server::close).onComplete(ended);
  }
}
