package io.muster.bus;

import io.vertx.core.VertxException;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a code that every endpoint can map to a status. The message contains what failed,
 * the offending value, and what was expected. Details that clients must not read, such as names of
 * users, hosts and tables, follow the summary: they stay within the component that adds and logs
 * them.
 */
public final class FleetException extends VertxException {
  private final Code code;
  private final String summary;

  public FleetException(Code code, String message) {
    super(message, true);
    this.code = code;
    this.summary = message;
  }

  public FleetException(Code code, String message, Throwable cause) {
    super(message, cause, true);
    this.code = code;
    this.summary = message;
  }

  /** Creates a failure with details, which {@link #withoutDetails} omits. */
  public FleetException(Code code, String summary, String details, @Nullable Throwable cause) {
    super(summary + ": " + details, cause, true);
    this.code = code;
    this.summary = summary;
  }

  public Code code() {
    return code;
  }

  /** Returns the failure that may be passed on to clients: its message is the summary. */
  public FleetException withoutDetails() {
    return summary.equals(getMessage()) ? this : new FleetException(code, summary);
  }

  /**
   * Kind of a failure: the only table that maps codes to HTTP statuses and to failure codes on the
   * bus.
   */
  public enum Code {
    /** An argument is malformed or out of range. */
    INVALID_ARGUMENT(400, 1),
    /** The client is not registered, or belongs to another user. */
    CLIENT_UNKNOWN(404, 2),
    /** No frame of this host was ever received. */
    HOST_UNKNOWN(404, 6),
    /** The host has no process with this id. */
    PROCESS_UNKNOWN(404, 7),
    /** The catalog has no model with this id. */
    MODEL_UNKNOWN(404, 8),
    /** No host has reported a device with this UUID. */
    DEVICE_UNKNOWN(404, 9),
    /** The database, or the role that serves the request, is not reachable. */
    UNAVAILABLE(503, 3),
    /** No reply in time. */
    TIMEOUT(503, 4),
    /** Internal server error. */
    INTERNAL(500, 5);

    private final int httpStatus;
    private final int busCode;

    Code(int httpStatus, int busCode) {
      this.httpStatus = httpStatus;
      this.busCode = busCode;
    }

    public int httpStatus() {
      return httpStatus;
    }

    /** Returns the failure code of a reply on the bus. */
    public int busCode() {
      return busCode;
    }

    /** Returns the code with this failure code on the bus; {@code INTERNAL} if there is none. */
    public static Code ofBusCode(int busCode) {
      for (var code : values()) {
        if (code.busCode == busCode) {
          return code;
        }
      }
      return INTERNAL;
    }
  }
}
