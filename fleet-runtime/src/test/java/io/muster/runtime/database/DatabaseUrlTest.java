package io.muster.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.config.Secret;
import io.vertx.pgclient.SslMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
  @Test
  void parse_completeUrl_isRead() {
    var url =
        DatabaseUrl.parse("postgresql://me:p%40ss%2Fw@db_1.example:6432/fleet?sslmode=require");

    assertThat(url)
        .isEqualTo(
            new DatabaseUrl(
                "me",
                new Secret("p@ss/w"),
                "db_1.example",
                6432,
                "fleet",
                SslMode.REQUIRE,
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "postgres://me@db/fleet, db, 5432",
    "postgresql://me:pw@[::1]:5433/fleet, ::1, 5433",
    "postgresql://me:pw@10.0.0.1/fleet, 10.0.0.1, 5432",
    "postgresql://me:pw@%2Frun%2Fpostgresql/fleet, /run/postgresql, 5432",
    "postgresql://me:pw@/fleet?host=/run/postgresql, /run/postgresql, 5432"
  })
  void parse_hostKinds_areAccepted(String text, String host, int port) {
    var url = DatabaseUrl.parse(text);

    assertThat(url.host()).isEqualTo(host);
    assertThat(url.port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "mysql://me:secret@db/fleet",
        "jdbc:postgresql://db/fleet",
        "postgresql://db:5432/fleet",
        "postgresql://:secret@db/fleet",
        "postgresql://me:secret@db",
        "postgresql://me:secret@db/",
        "postgresql://me:secret@/fleet",
        "postgresql://me:secret@db:0/fleet",
        "postgresql://me:secret@db:65536/fleet",
        "postgresql://me:secret@db:port/fleet",
        "postgresql://me:sec/ret@db/fleet",
        "postgresql://me:secret%zz@db/fleet",
        "postgresql://me:secret@db1,db2/fleet",
        "postgresql://me:secret@my db/fleet",
        "postgresql://me:secret@db/fleet?sslmode=maybe",
        "postgresql://me:secret@db/fleet?sslmode=verify-full",
        "postgresql://me:secret@db/fleet?sslmode=verify-ca&sslrootcert=/no/such/file",
        "postgresql://me:secret@db/fleet?password=secret",
        "postgresql://me:secret@db/fleet?sslmode"
      })
  void parse_malformed_failsWithoutShowingThePassword(String text) {
    assertThatThrownBy(() -> DatabaseUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContainingAny("secret", "sec/ret", "\n");
  }

  @Test
  void toString_always_omitsThePassword() {
    assertThat(DatabaseUrl.parse("postgresql://me:secret@db/fleet"))
        .hasToString("postgresql://me@db:5432/fleet");
  }

  @Test
  void connectOptions_withoutPassword_areEmpty() {
    var options = DatabaseUrl.parse("postgresql://me@db/fleet").connectOptions();

    assertThat(options.getPassword()).isEmpty();
    assertThat(options.getUser()).isEqualTo("me");
    assertThat(options.getDatabase()).isEqualTo("fleet");
  }
}
