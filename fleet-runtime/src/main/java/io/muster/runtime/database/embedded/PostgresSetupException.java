package io.muster.runtime.database.embedded;

import java.io.IOException;

/**
 * A condition that an operator must change before the server can run in this data directory. The
 * message describes the remedy in one line.
 */
public final class PostgresSetupException extends IOException {
  PostgresSetupException(String message) {
    super(message);
  }

  PostgresSetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
