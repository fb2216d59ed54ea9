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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains a session with the server: connects until there is one, and again when it is lost,
 * until closed. Confined to the context that created it; any thread may open and close it, and read
 * its session and state.
 */
final class ConnectionSupervisor {
  private static final Logger log = LoggerFactory.getLogger(ConnectionSupervisor.class);
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Duration FIRST_RETRY_DELAY = Duration.ofMillis(100);
  private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(10);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);
  private static final Duration PERIODIC_TASK_INTERVAL = Duration.ofMinutes(10);
  private static final Duration STARTUP_CHECK_TIMEOUT = Duration.ofSeconds(6);

  private final Vertx vertx;
  private final Context context;
  private final DatabaseServer server;
  private final DatabaseConfig config;
  private final SchemaPolicy schemaPolicy;
  private final Promise<Void> startupCheck = Promise.promise();
  private final Promise<Void> firstReady = Promise.promise();
  private final Promise<Void> closeResult = Promise.promise();
  private final DatabaseMetrics metrics;
  private final List<Long> timerIds = new ArrayList<>();
  private Duration retryDelay = FIRST_RETRY_DELAY;
  private String lastLoggedReason = "";
  private boolean checkInProgress;
  private boolean closed;
  private volatile @Nullable DatabaseSession session;
  private volatile DatabaseState unavailableState =
      new DatabaseState(Phase.STARTING, "the database is starting");

  ConnectionSupervisor(
      Vertx vertx,
      DatabaseServer server,
      DatabaseConfig config,
      SchemaPolicy schemaPolicy,
      DatabaseMetrics metrics) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.server = server;
    this.config = config;
    this.schemaPolicy = schemaPolicy;
    this.metrics = metrics;
  }

  void open() {
    context.runOnContext(
        opened -> {
          timerIds.add(
              vertx.setTimer(
                  STARTUP_CHECK_TIMEOUT.toMillis(), passed -> startupCheck.tryComplete()));
          timerIds.add(vertx.setPeriodic(CHECK_INTERVAL.toMillis(), tick -> checkSession()));
          timerIds.add(
              vertx.setPeriodic(PERIODIC_TASK_INTERVAL.toMillis(), tick -> runPeriodicTasks()));
          connect();
        });
  }

  Future<Void> startupCheck() {
    return startupCheck.future();
  }

  Future<Void> whenReady() {
    return firstReady.future();
  }

  Optional<DatabaseSession> session() {
    return Optional.ofNullable(session);
  }

  DatabaseState state() {
    var current = session;
    return current == null ? unavailableState : current.state();
  }

  Future<Void> close() {
    context.runOnContext(closing -> closeOnContext());
    return closeResult.future();
  }

  private void connect() {
    if (closed) {
      return;
    }
    server
        .prepare()
        .onSuccess(checked -> passStartupCheckEarly())
        .compose(prepared -> server.start())
        .compose(options -> DatabaseSession.open(vertx, options, config, schemaPolicy))
        .onSuccess(this::useSession)
        .onFailure(this::handleFailure);
  }

  /**
   * Passes the check before the embedded server starts, which may take long. An external server
   * must first accept the connection.
   */
  private void passStartupCheckEarly() {
    if (server instanceof DatabaseServer.EmbeddedServer embedded && !embedded.isAttachOnly()) {
      startupCheck.tryComplete();
    }
  }

  private void useSession(DatabaseSession opened) {
    if (closed) {
      opened.close(); // Not awaited: the server is being stopped too.
      return;
    }
    session = opened;
    metrics.openedSessions.increment();
    retryDelay = FIRST_RETRY_DELAY;
    lastLoggedReason = "";
    log.info("database {} server={}", opened.state().reason(), server);
    startupCheck.tryComplete();
    firstReady.tryComplete();
    opened.loss().onSuccess(reason -> context.runOnContext(unused -> handleLoss(opened, reason)));
  }

  private void handleLoss(DatabaseSession lostSession, String reason) {
    if (session != lostSession) {
      return;
    }
    session = null;
    metrics.lostSessions.increment();
    setUnavailable(new DatabaseState(Phase.DOWN, reason));
    lostSession.close(); // Its connections are broken: the result does not matter.
    connect();
  }

  private void handleFailure(Throwable cause) {
    if (closed) {
      return;
    }
    metrics.failedAttempts.increment();
    var reason = server.settingKey() + ": " + server + ": " + SqlFailures.message(cause);
    setUnavailable(
        new DatabaseState(firstReady.future().isComplete() ? Phase.DOWN : Phase.STARTING, reason));
    if (SqlFailures.isPermanent(cause)) {
      startupCheck.tryFail(new FleetException(Code.INVALID_ARGUMENT, reason, cause));
    }
    startupCheck.tryComplete();
    vertx.setTimer(retryDelay.toMillis(), passed -> connect());
    var doubledDelay = retryDelay.multipliedBy(2);
    retryDelay = doubledDelay.compareTo(MAX_RETRY_DELAY) < 0 ? doubledDelay : MAX_RETRY_DELAY;
  }

  /**
   * Logs an unavailable server once for each reason, not at each attempt; reasons that differ only
   * in numbers, such as times and process ids, count as one.
   */
  private void setUnavailable(DatabaseState state) {
    unavailableState = state;
    var normalizedReason = DIGITS.matcher(state.reason()).replaceAll("#");
    if (!normalizedReason.equals(lastLoggedReason)) {
      lastLoggedReason = normalizedReason;
      log.warn("database not ready reason={}", state.reason());
    }
  }

  private void checkSession() {
    var current = session;
    if (current != null && !checkInProgress) {
      checkInProgress = true;
      current.check().onComplete(done -> checkInProgress = false);
    }
  }

  private void runPeriodicTasks() {
    var current = session;
    if (current != null) {
      Future.join(current.createPartitions(), server.pruneLogs())
          .onFailure(
              cause ->
                  log.warn(
                      "database maintenance tasks failed reason={}", SqlFailures.message(cause)));
    }
  }

  private void closeOnContext() {
    if (closed) {
      return;
    }
    closed = true;
    timerIds.forEach(vertx::cancelTimer);
    unavailableState = new DatabaseState(Phase.CLOSED, "the database is closed");
    startupCheck.tryComplete();
    firstReady.tryFail(new FleetException(Code.UNAVAILABLE, unavailableState.reason()));
    var lastSession = session;
    session = null;
    var sessionClosed = lastSession == null ? Future.<Void>succeededFuture() : lastSession.close();
    sessionClosed.eventually(server::close).onComplete(closeResult);
  }
}
