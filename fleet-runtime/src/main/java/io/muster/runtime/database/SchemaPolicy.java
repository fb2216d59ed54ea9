package io.muster.runtime.database;

import io.muster.runtime.database.schema.Migrations;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The handling of the schema when a session is opened. */
sealed interface SchemaPolicy {
  /** Completes when the schema is that of this program. */
  Future<Void> apply(SqlConnection connection);

  /** Creates missing partitions; returns their number. */
  Future<Integer> createPartitions(SqlConnection connection);

  /**
   * The policy of a node: applies missing migrations and creates the partitions of the coming days.
   */
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

  /**
   * The policy of a command: changes nothing, because the running node may have another version.
   */
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
