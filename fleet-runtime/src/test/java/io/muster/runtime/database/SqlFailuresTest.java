package io.muster.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.FleetException.Code;
import io.vertx.pgclient.PgException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailuresTest {
  @ParameterizedTest
  @CsvSource({
    "08006, UNAVAILABLE, connection lost",
    "25006, UNAVAILABLE, read-only server",
    "26000, UNAVAILABLE, proxy without prepared statements",
    "28P01, UNAVAILABLE, wrong password",
    "42501, UNAVAILABLE, missing permission",
    "42P01, UNAVAILABLE, missing table",
    "53100, UNAVAILABLE, full disk",
    "53300, UNAVAILABLE, too many connections",
    "57014, TIMEOUT, canceled statement",
    "57P01, UNAVAILABLE, server stops",
    "58030, UNAVAILABLE, I/O error",
    "XX001, UNAVAILABLE, damaged file",
    "22003, INTERNAL, number out of range",
    "23505, INTERNAL, duplicate key",
    "42601, INTERNAL, SQL syntax error",
    "42703, INTERNAL, unknown column"
  })
  void toFleetException_stateOfTheServer_hasTheCode(String state, Code code, String message) {
    var failure =
        SqlFailures.toFleetException(new PgException(message, "ERROR", state, "of user muster"));

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessageContaining(message);
    assertThat(failure.withoutDetails().getMessage()).doesNotContain(message, "muster");
  }
}
