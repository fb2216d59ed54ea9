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
  void database_twoClasses_seeTheSchemaButNotEachOther() {
    SharedServer.await(
        first
            .database()
            .with(
                connection ->
                    connection
                        .query(
                            "INSERT INTO client (client_id, user_id, name, declared_status) VALUES"
                                + " (gen_random_uuid(), 'u', 'n', 'online')")
                        .execute()));

    assertThat(SharedServer.await(first.database().with(EmbeddedDatabaseIT::clients))).isEqualTo(1);
    assertThat(SharedServer.await(second.database().with(EmbeddedDatabaseIT::clients))).isZero();
  }

  private static Future<Integer> clients(SqlConnection connection) {
    return connection
        .query("SELECT count(*)::int FROM client")
        .execute()
        .map(rows -> rows.iterator().next().getInteger(0));
  }
}
