package io.muster.runtime.database;

import io.muster.runtime.database.schema.Migrations;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What is done for the schema by who connects. */
sealed interface SchemaPolicy {
  /** Completes when the tables fit this program. */
  Future<Void> apply(SqlConnection connection);

  /** Regular chores; yields how many partitions were made. */
  Future<Integer> createPartitions(SqlConnection connection);

  /** A node keeps it: it makes what is missing, and the partitions of the coming days. */
  record Migrate(InstantSource clock) implements SchemaPolicy {
    @Override
    public Future<Void> apply(SqlConnection connection) {
      return Migrations.bundled()
          .apply(connection)
          .compose(applied -> createPartitions(connection))
          .mapEmpty();
    }

    @Override
    public Future<Integer> createPartitions(SqlConnection connection) {
      return Partitions.createMissing(
          connection, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }
  }

  /** A command takes it as it is: the node beside it may be of another version. */
  record Verify() implements SchemaPolicy {
    @Override
    public Future<Void> apply(SqlConnection connection) {
      return Migrations.bundled().verify(connection);
    }

    @Override
    public Future<Integer> createPartitions(SqlConnection connection) {
      return Future.succeededFuture(0);
    }
  }
}
