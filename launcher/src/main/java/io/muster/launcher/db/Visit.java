package io.muster.launcher.db;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.launcher.DatabaseOptions;
import io.muster.launcher.node.Settings;
import io.muster.launcher.node.StartException;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.DatabaseConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A database that a command works with for a while, and the settings that led to it. */
final class Visit implements AutoCloseable {
  /** An embedded server may have to recover from a crash first. */
  private static final int EMBEDDED_SECONDS = 120;

  private static final int GIVEN_SECONDS = 10;
  private static final int STOP_SECONDS = 30;

  /** The longest that a setting allows: a command may wait. */
  private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(60);

  /** The level of a logger lasts only as long as somebody holds it. */
  private static final Logger OWN = Logger.getLogger("io.muster");

  private final Settings settings;
  private final Vertx vertx = Vertx.vertx();
  private final Database database;

  private Visit(Settings settings) {
    this.settings = settings;
    var config = new DatabaseConfig(settings.database().url(), 2, STATEMENT_LIMIT);
    this.database = Database.attach(vertx, config, settings.dataDirectory());
  }

  /** Reaches the database. What a person must change first is a {@link StartException}. */
  static Visit begin(DatabaseOptions options) throws StartException, FailedException {
    var settings = Settings.load(options.sources());
    if (!settings.debug()) {
      OWN.setLevel(Level.OFF); // What matters comes as one line of the command.
    }
    var visit = new Visit(settings);
    try {
      visit.admitted();
      return visit;
    } catch (StartException | FailedException e) {
      visit.close();
      throw e;
    }
  }

  Settings settings() {
    return settings;
  }

  Database database() {
    return database;
  }

  /** Waits for the result, however long it takes: each piece of work has a limit of its own. */
  static <T> T await(Future<T> work) throws FailedException {
    try {
      return work.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new FailedException(String.valueOf(cause(e).getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted");
    }
  }

  /** Stops a server that was started for this, and leaves any other alone. */
  @Override
  public void close() {
    try {
      database
          .close()
          .eventually(vertx::close)
          .toCompletionStage()
          .toCompletableFuture()
          .get(STOP_SECONDS, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      OWN.log(Level.WARNING, "database did not close in order", e);
    }
  }

  private void admitted() throws StartException, FailedException {
    try {
      var seconds = settings.database().url().isPresent() ? GIVEN_SECONDS : EMBEDDED_SECONDS;
      database
          .startupCheck()
          .compose(admitted -> database.whenReady())
          .toCompletionStage()
          .toCompletableFuture()
          .get(seconds, SECONDS);
    } catch (ExecutionException e) {
      throw new StartException(String.valueOf(cause(e).getMessage()), e);
    } catch (TimeoutException e) {
      throw new FailedException(database.state().reason());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted");
    }
  }

  private static Throwable cause(ExecutionException failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }
}
