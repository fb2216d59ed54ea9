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
sealed interface Server {
  /** The setting that a person must look at when it refuses. */
  String key();

  /** Checks what only a person can cure and what can be seen without the server. */
  Future<Void> admission();

  /** Completes when connecting makes sense. */
  Future<PgConnectOptions> reachable();

  /** Regular chores. */
  Future<Void> tidied();

  Future<Void> close();

  /** A server that somebody else runs. */
  record Given(DatabaseUrl url) implements Server {
    @Override
    public String key() {
      return DatabaseConfig.URL_KEY;
    }

    @Override
    public Future<Void> admission() {
      return Future.succeededFuture();
    }

    @Override
    public Future<PgConnectOptions> reachable() {
      return Future.succeededFuture(url.options());
    }

    @Override
    public Future<Void> tidied() {
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
  final class Embedded implements Server {
    private static final int MAX_MINUTES = 10;

    private final EmbeddedPostgres postgres;
    private final WorkerExecutor lane;
    private final boolean visited;

    Embedded(Vertx vertx, EmbeddedPostgres postgres) {
      this(vertx, postgres, false);
    }

    /**
     * @param visited whether one that runs already is left to whoever started it
     */
    Embedded(Vertx vertx, EmbeddedPostgres postgres, boolean visited) {
      this.visited = visited;
      this.postgres = postgres;
      this.lane =
          vertx.createSharedWorkerExecutor(
              "muster-postgres-" + UUID.randomUUID(), 1, MAX_MINUTES, TimeUnit.MINUTES);
    }

    /** Whether a server that runs already is left to whoever started it. */
    boolean isVisited() {
      return visited;
    }

    @Override
    public String key() {
      return "data.dir";
    }

    @Override
    public Future<Void> admission() {
      return run(
          () -> {
            if (!visited) {
              postgres.prepare();
            }
            return null;
          });
    }

    @Override
    public Future<PgConnectOptions> reachable() {
      return lane.executeBlocking(visited ? postgres::visit : postgres::start);
    }

    @Override
    public Future<Void> tidied() {
      return run(
          () -> {
            postgres.tidy();
            return null;
          });
    }

    @Override
    public Future<Void> close() {
      return run(() -> {
            postgres.stop();
            return null;
          })
          .eventually(lane::close);
    }

    @Override
    public String toString() {
      return postgres.toString();
    }

    private Future<Void> run(Callable<Void> work) {
      return lane.executeBlocking(work);
    }
  }
}
