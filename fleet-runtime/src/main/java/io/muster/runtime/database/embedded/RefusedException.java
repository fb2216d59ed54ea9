package io.muster.runtime.database.embedded;

import java.io.IOException;

/**
 * The server cannot run in this data directory until a person changes something. The message says
 * what, in one line.
 */
public final class RefusedException extends IOException {
  RefusedException(String message) {
    super(message);
  }

  RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
