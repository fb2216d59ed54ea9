package io.muster.runtime.database;

import io.muster.runtime.database.schema.Migrations;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What is done for the schema by who connects. */
sealed interface SchemaCare {
  /** Completes when the tables fit this program. */
  Future<Void> admitted(SqlConnection connection);

  /** Regular chores; yields how many partitions were made. */
  Future<Integer> tended(SqlConnection connection);

  /** A node keeps it: it makes what is missing, and the partitions of the coming days. */
  record Keeper(InstantSource clock) implements SchemaCare {
    @Override
    public Future<Void> admitted(SqlConnection connection) {
      return Migrations.bundled()
          .apply(connection)
          .compose(applied -> tended(connection))
          .mapEmpty();
    }

    @Override
    public Future<Integer> tended(SqlConnection connection) {
      return Partitions.ensured(connection, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }
  }

  /** A command takes it as it is: the node beside it may be of another version. */
  record Visitor() implements SchemaCare {
    @Override
    public Future<Void> admitted(SqlConnection connection) {
      return Migrations.bundled().required(connection);
    }

    @Override
    public Future<Integer> tended(SqlConnection connection) {
      return Future.succeededFuture(0);
    }
  }
}
