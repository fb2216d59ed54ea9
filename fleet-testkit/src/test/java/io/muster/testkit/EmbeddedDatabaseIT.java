package io.muster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedDatabaseIT {
  @RegisterExtension static final EmbeddedDatabase first = new EmbeddedDatabase();
  @RegisterExtension static final EmbeddedDatabase second = new EmbeddedDatabase();

  @Test
  void database_twoClasses_shareTheSchemaButNoRows() {
    SharedPostgresServer.await(
        first
            .database()
            .withConnection(
                connection ->
                    connection
                        .query(
                            "INSERT INTO client (client_id, user_id, name, declared_status) VALUES"
                                + " (gen_random_uuid(), 'u', 'n', 'online')")
                        .execute()));

    assertThat(
            SharedPostgresServer.await(
                first.database().withConnection(EmbeddedDatabaseIT::countClients)))
        .isEqualTo(1);
    assertThat(
            SharedPostgresServer.await(
                second.database().withConnection(EmbeddedDatabaseIT::countClients)))
        .isZero();
  }

  private static Future<Integer> countClients(SqlConnection connection) {
    return connection
        .query("SELECT count(*)::int FROM client")
        .execute()
        .map(rows -> rows.iterator().next().getInteger(0));
  }
}
