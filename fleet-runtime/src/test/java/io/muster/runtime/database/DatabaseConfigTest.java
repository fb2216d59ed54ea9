package io.muster.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatabaseConfigTest {
  @Test
  void from_noKey_isTheEmbeddedServer() {
    var reader = new ConfigReader(SettingSources.none());

    assertThat(DatabaseConfig.from(reader))
        .isEqualTo(new DatabaseConfig(Optional.empty(), 8, Duration.ofSeconds(5)));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_everyKey_isRead() {
    var reader =
        reader(
            Map.of(
                "database.url", "postgresql://me:pw@db/fleet",
                "database.pool_size", "3",
                "database.statement_timeout", "250ms"));

    assertThat(DatabaseConfig.from(reader))
        .isEqualTo(
            new DatabaseConfig(
                Optional.of(DatabaseUrl.parse("postgresql://me:pw@db/fleet")),
                3,
                Duration.ofMillis(250)));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_malformedUrl_isOneProblemThatNamesTheKeyAndNotThePassword() {
    var reader = reader(Map.of("database.url", "postgresql://me:secret@db"));

    DatabaseConfig.from(reader);

    assertThat(reader.problems())
        .singleElement()
        .asString()
        .startsWith("database.url (command line): expected postgresql://")
        .doesNotContain("secret");
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
