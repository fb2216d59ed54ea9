package io.muster.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedDatabaseIT {
  @RegisterExtension static final EmbeddedDatabase first = new EmbeddedDatabase();
  @RegisterExtension static final EmbeddedDatabase second = new EmbeddedDatabase();

  @Test
  void database_twoClasses_shareTheSchemaButNoRows() {
    first.execute(
        "INSERT INTO client (client_id, user_id, name, declared_status) VALUES"
            + " (gen_random_uuid(), 'u', 'n', 'online')");

    assertThat(first.execute("SELECT FROM client").size()).isEqualTo(1);
    assertThat(second.execute("SELECT FROM client").size()).isZero();
  }
}
