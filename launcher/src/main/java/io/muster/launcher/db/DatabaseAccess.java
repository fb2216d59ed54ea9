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

/** The database of one command, and the settings with which it was opened. */
final class DatabaseAccess implements AutoCloseable {
  /** An embedded server may have to recover from a crash first. */
  private static final int EMBEDDED_TIMEOUT_SECONDS = 120;

  private static final int EXTERNAL_TIMEOUT_SECONDS = 10;
  private static final int CLOSE_TIMEOUT_SECONDS = 30;

  /** Timeout of the stop after a signal, as that of a node. */
  private static final int STOP_TIMEOUT_SECONDS = 5;

  /** The greatest value of database.statement_timeout. */
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);

  /** Referenced here because a logger that is garbage-collected loses its level. */
  private static final Logger LOGGER = Logger.getLogger("io.muster");

  private final Settings settings;
  private final Vertx vertx = Vertx.vertx();
  private final Database database;
  private final Thread stopHook = new Thread(this::stop, "muster-stop");

  private DatabaseAccess(Settings settings) {
    this.settings = settings;
    var config = new DatabaseConfig(settings.database().url(), 2, STATEMENT_TIMEOUT);
    this.database = Database.attach(vertx, config, settings.dataDirectory());
  }

  /**
   * Opens the database and waits until it is ready. Throws a {@link StartException} if a setting
   * must be changed first.
   */
  static DatabaseAccess open(DatabaseOptions options)
      throws StartException, CommandFailedException {
    var settings = Settings.load(options.sources());
    if (!settings.debugLogging()) {
      LOGGER.setLevel(Level.OFF); // The command itself prints one line on failure.
    }
    var access = new DatabaseAccess(settings);
    Runtime.getRuntime().addShutdownHook(access.stopHook);
    try {
      access.awaitReady();
      return access;
    } catch (StartException | CommandFailedException e) {
      access.close();
      throw e;
    }
  }

  Settings settings() {
    return settings;
  }

  Database database() {
    return database;
  }

  /** Waits for the result without a timeout: each call to the database has its own. */
  static <T> T await(Future<T> result) throws CommandFailedException {
    try {
      return result.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new CommandFailedException(String.valueOf(cause(e).getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted");
    }
  }

  /**
   * Closes the database, and stops the embedded server if this command started it. Does not return
   * if a signal ends the process, so that the command prints nothing about its failure.
   */
  @Override
  public void close() {
    awaitEnd(database.close(), CLOSE_TIMEOUT_SECONDS);
    try {
      Runtime.getRuntime().removeShutdownHook(stopHook);
    } catch (IllegalStateException stopping) {
      System.exit(1); // Waits for the end of the process, whose exit code is that of the signal.
    }
    awaitEnd(vertx.close(), CLOSE_TIMEOUT_SECONDS);
  }

  private void stop() {
    awaitEnd(database.close(), STOP_TIMEOUT_SECONDS);
  }

  private static void awaitEnd(Future<?> end, int timeoutSeconds) {
    try {
      end.toCompletionStage().toCompletableFuture().get(timeoutSeconds, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOGGER.log(Level.WARNING, "database did not close cleanly", e);
    }
  }

  private void awaitReady() throws StartException, CommandFailedException {
    try {
      var timeoutSeconds =
          settings.database().url().isPresent()
              ? EXTERNAL_TIMEOUT_SECONDS
              : EMBEDDED_TIMEOUT_SECONDS;
      database
          .startupCheck()
          .compose(ignored -> database.whenReady())
          .toCompletionStage()
          .toCompletableFuture()
          .get(timeoutSeconds, SECONDS);
    } catch (ExecutionException e) {
      throw new StartException(String.valueOf(cause(e).getMessage()), e);
    } catch (TimeoutException e) {
      throw new CommandFailedException(database.state().reason());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted");
    }
  }

  private static Throwable cause(ExecutionException failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }
}
