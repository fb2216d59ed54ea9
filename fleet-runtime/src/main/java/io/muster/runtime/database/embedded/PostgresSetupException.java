package io.muster.runtime.database.embedded;

import java.io.IOException;

/**
 * The server cannot run in this data directory until a person changes something. The message says
 * what, in one line.
 */
public final class PostgresSetupException extends IOException {
  PostgresSetupException(String message) {
    super(message);
  }

  PostgresSetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
