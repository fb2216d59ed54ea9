package io.muster.runtime.database;

import io.muster.runtime.database.embedded.EmbeddedPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.pgclient.PgConnectOptions;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The server behind a database: given by the site, or embedded. Its text is for people. */
sealed interface DatabaseServer {
  /** The setting that a person must look at when it refuses. */
  String settingKey();

  /** Checks what only a person can cure and what can be seen without the server. */
  Future<Void> prepare();

  /** Completes when connecting makes sense. */
  Future<PgConnectOptions> start();

  /** Regular chores. */
  Future<Void> pruneLogs();

  Future<Void> close();

  /** A server that somebody else runs. */
  record ExternalServer(DatabaseUrl url) implements DatabaseServer {
    @Override
    public String settingKey() {
      return DatabaseConfig.URL_KEY;
    }

    @Override
    public Future<Void> prepare() {
      return Future.succeededFuture();
    }

    @Override
    public Future<PgConnectOptions> start() {
      return Future.succeededFuture(url.connectOptions());
    }

    @Override
    public Future<Void> pruneLogs() {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }

    @Override
    public String toString() {
      return url.toString();
    }
  }

  /** The server that comes along; its calls run one after the other on a thread of their own. */
  final class EmbeddedServer implements DatabaseServer {
    private static final int WORKER_TIMEOUT_MINUTES = 10;

    private final EmbeddedPostgres postgres;
    private final WorkerExecutor worker;
    private final boolean isAttachOnly;

    EmbeddedServer(Vertx vertx, EmbeddedPostgres postgres) {
      this(vertx, postgres, false);
    }

    /**
     * @param isAttachOnly whether one that runs already is left to whoever started it
     */
    EmbeddedServer(Vertx vertx, EmbeddedPostgres postgres, boolean isAttachOnly) {
      this.isAttachOnly = isAttachOnly;
      this.postgres = postgres;
      this.worker =
          vertx.createSharedWorkerExecutor(
              "muster-postgres-" + UUID.randomUUID(), 1, WORKER_TIMEOUT_MINUTES, TimeUnit.MINUTES);
    }

    /** Whether a server that runs already is left to whoever started it. */
    boolean isAttachOnly() {
      return isAttachOnly;
    }

    @Override
    public String settingKey() {
      return "data.dir";
    }

    @Override
    public Future<Void> prepare() {
      return run(
          () -> {
            if (!isAttachOnly) {
              postgres.prepare();
            }
            return null;
          });
    }

    @Override
    public Future<PgConnectOptions> start() {
      return worker.executeBlocking(isAttachOnly ? postgres::attach : postgres::start);
    }

    @Override
    public Future<Void> pruneLogs() {
      return run(
          () -> {
            postgres.pruneLogs();
            return null;
          });
    }

    @Override
    public Future<Void> close() {
      return run(() -> {
            postgres.stop();
            return null;
          })
          .eventually(worker::close);
    }

    @Override
    public String toString() {
      return postgres.toString();
    }

    private Future<Void> run(Callable<Void> work) {
      return worker.executeBlocking(work);
    }
  }
}
