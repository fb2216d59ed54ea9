package io.muster.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.client.ClientQuery;
import io.vertx.sqlclient.SqlConnectOptions;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistrySqlTest {
  @Test
  void statements_areShortEnoughToStayPrepared() {
    var every = Optional.of("0".repeat(32));
    var longest = ClientFilter.of(new ClientQuery("u", every, every, every, every), Instant.EPOCH);

    assertThat(longest.parameters().size()).isEqualTo(6);
    assertThat(RegistrySql.REGISTER)
        .matches(SqlConnectOptions.DEFAULT_PREPARED_STATEMENT_CACHE_FILTER);
    assertThat(RegistrySql.ANNOUNCE)
        .matches(SqlConnectOptions.DEFAULT_PREPARED_STATEMENT_CACHE_FILTER);
    assertThat(longest.sql()).matches(SqlConnectOptions.DEFAULT_PREPARED_STATEMENT_CACHE_FILTER);
  }

  @Test
  void clients_whatACallerGives_isNeverPartOfTheText() {
    var text = Optional.of("x' OR '1'='1");
    var filter =
        ClientFilter.of(new ClientQuery("u'", Optional.empty(), text, text, text), Instant.EPOCH);

    assertThat(filter.sql()).doesNotContain("x'").doesNotContain("u'");
  }
}
