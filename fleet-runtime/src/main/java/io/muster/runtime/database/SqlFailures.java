package io.muster.runtime.database;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.embedded.PostgresSetupException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.TransactionRollbackException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Maps the failures of the client library to failures with a code. */
final class SqlFailures {
  private static final String QUERY_CANCELED = "57014";

  /**
   * SQLSTATE classes that are reported as {@code UNAVAILABLE}: a retry may succeed, for some only
   * after an administrator has corrected the server, its settings (26: a proxy that loses prepared
   * statements) or its files (58, F0, XX).
   */
  private static final Set<String> TRANSIENT_CLASSES =
      Set.of("08", "25", "26", "28", "3D", "3F", "40", "53", "55", "57", "58", "F0", "XX");

  /** A missing permission and a missing table, which an administrator has to correct, too. */
  private static final Set<String> TRANSIENT_STATES = Set.of("42501", "42P01");

  /**
   * SQLSTATEs that an operator must correct: a user, a password or a database that the server
   * rejects.
   */
  private static final Set<String> PERMANENT_STATES = Set.of("28P01", "28000", "3D000", "42501");

  private SqlFailures() {}

  /** Returns the failure that the roles receive; a {@link FleetException} is returned unchanged. */
  static FleetException toFleetException(Throwable cause) {
    if (cause instanceof FleetException failure) {
      return failure;
    }
    if (cause instanceof PgException failure) {
      return toFleetException(failure);
    }
    if (cause instanceof TimeoutException) {
      return new FleetException(Code.TIMEOUT, "the database did not respond in time", cause);
    }
    if (isConnectionFailure(cause)) {
      return new FleetException(Code.UNAVAILABLE, "the database cannot be reached", cause);
    }
    return new FleetException(
        Code.INTERNAL, "the call to the database failed", cause.toString(), cause);
  }

  /** Returns true if a retry with the same settings will fail again. */
  static boolean isPermanent(Throwable cause) {
    return cause instanceof PostgresSetupException
        || (cause instanceof FleetException fleetException
            && fleetException.code() == Code.INVALID_ARGUMENT)
        || (cause instanceof PgException failure
            && PERMANENT_STATES.contains(failure.getSqlState()));
  }

  /** Returns one line that describes the failure. */
  static String message(Throwable cause) {
    return cause instanceof PgException failure
        ? failure.getErrorMessage() + " (SQLSTATE " + failure.getSqlState() + ")"
        : String.valueOf(cause.getMessage() == null ? cause : cause.getMessage()).strip();
  }

  /** The texts of the server name users, tables and columns. */
  private static FleetException toFleetException(PgException cause) {
    var state = String.valueOf(cause.getSqlState());
    var details = message(cause);
    if (state.equals(QUERY_CANCELED)) {
      return new FleetException(Code.TIMEOUT, "the statement was canceled", details, cause);
    }
    var isTransient =
        TRANSIENT_STATES.contains(state)
            || (state.length() == 5 && TRANSIENT_CLASSES.contains(state.substring(0, 2)));
    return new FleetException(
        isTransient ? Code.UNAVAILABLE : Code.INTERNAL, "the database failed", details, cause);
  }

  /**
   * Returns true for a closed connection or pool, and for a timeout while waiting for a connection;
   * the client library reports all of them with the same class.
   */
  private static boolean isConnectionFailure(Throwable cause) {
    return cause instanceof IOException
        || (cause instanceof VertxException && !(cause instanceof TransactionRollbackException));
  }
}
