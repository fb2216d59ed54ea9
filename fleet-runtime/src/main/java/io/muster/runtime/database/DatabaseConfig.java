package io.muster.runtime.database;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * The database settings of this node.
 *
 * @param url an external server; empty for the embedded one
 * @param poolSize connections for the roles of this node, 1..32, in addition to those of {@link
 *     #cursorPoolSize}
 * @param statementTimeout limit of one statement, 100 ms..60 s
 */
public record DatabaseConfig(Optional<DatabaseUrl> url, int poolSize, Duration statementTimeout) {
  static final String URL_KEY = "database.url";

  /** The embedded server with the default values. */
  public static final DatabaseConfig EMBEDDED =
      new DatabaseConfig(Optional.empty(), 8, Duration.ofSeconds(5));

  /** Reads the keys {@code database.*}. */
  public static DatabaseConfig from(ConfigReader reader) {
    return new DatabaseConfig(
        parseUrl(reader, reader.secret(URL_KEY)),
        reader.integer("database.pool_size", EMBEDDED.poolSize, 1, 32),
        reader.duration(
            "database.statement_timeout",
            EMBEDDED.statementTimeout,
            Duration.ofMillis(100),
            Duration.ofSeconds(60)));
  }

  /**
   * The number of connections for long results, half of the pool size: each is occupied while its
   * result is read.
   */
  int cursorPoolSize() {
    return (poolSize + 1) / 2;
  }

  /** The URL is a secret, because it may contain a password. */
  private static Optional<DatabaseUrl> parseUrl(ConfigReader reader, Secret url) {
    try {
      return Optional.of(url).filter(Secret::isSet).map(Secret::text).map(DatabaseUrl::parse);
    } catch (IllegalArgumentException e) {
      reader.addProblem(URL_KEY, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
