package io.muster.runtime.database;

import io.muster.runtime.database.embedded.EmbeddedPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The server of a database: external or embedded. The result of {@code toString} is for messages.
 */
sealed interface DatabaseServer {
  /** The setting that an operator must check when the server rejects the node. */
  String settingKey();

  /** Checks the preconditions that need an operator and can be checked without the server. */
  default Future<Void> prepare() {
    return Future.succeededFuture();
  }

  /** Starts the server if necessary; completes when connecting may succeed. */
  Future<PgConnectOptions> start();

  /** Removes old log files of the embedded server. */
  default Future<Void> pruneLogs() {
    return Future.succeededFuture();
  }

  default Future<Void> close() {
    return Future.succeededFuture();
  }

  /** An existing server, configured by {@code database.url}. */
  record ExternalServer(DatabaseUrl url) implements DatabaseServer {
    @Override
    public String settingKey() {
      return DatabaseConfig.URL_KEY;
    }

    @Override
    public Future<PgConnectOptions> start() {
      return Future.succeededFuture(url.connectOptions());
    }

    @Override
    public String toString() {
      return url.toString();
    }
  }

  /**
   * The server that is bundled with the program; calls run one after another on a separate worker
   * thread.
   */
  final class EmbeddedServer implements DatabaseServer {
    private static final int WORKER_TIMEOUT_MINUTES = 10;

    private final EmbeddedPostgres postgres;
    private final WorkerExecutor worker;
    private final boolean isAttachOnly;

    /**
     * @param isAttachOnly true if a server that already runs is left running
     */
    EmbeddedServer(Vertx vertx, EmbeddedPostgres postgres, boolean isAttachOnly) {
      this.isAttachOnly = isAttachOnly;
      this.postgres = postgres;
      this.worker =
          vertx.createSharedWorkerExecutor(
              "muster-postgres-" + UUID.randomUUID(), 1, WORKER_TIMEOUT_MINUTES, TimeUnit.MINUTES);
    }

    /** Returns true if a server that already runs is left running. */
    boolean isAttachOnly() {
      return isAttachOnly;
    }

    @Override
    public String settingKey() {
      return "data.dir";
    }

    @Override
    public Future<Void> prepare() {
      return isAttachOnly ? Future.succeededFuture() : run(postgres::prepare);
    }

    @Override
    public Future<PgConnectOptions> start() {
      return worker.executeBlocking(isAttachOnly ? postgres::attach : postgres::start);
    }

    @Override
    public Future<Void> pruneLogs() {
      return run(postgres::pruneLogs);
    }

    @Override
    public Future<Void> close() {
      return run(postgres::stop).eventually(worker::close);
    }

    @Override
    public String toString() {
      return postgres.toString();
    }

    private Future<Void> run(PostgresOperation operation) {
      return worker.executeBlocking(
          () -> {
            operation.run();
            return null;
          });
    }

    private interface PostgresOperation {
      void run() throws IOException;
    }
  }
}
