package io.muster.runtime.database;

/**
 * Whether the database can be used now.
 *
 * @param phase how far it is
 * @param reason one line for people; never holds a password
 */
public record DatabaseState(Phase phase, String reason) {
  /** True when statements are let through: reading works, and writing unless it is read-only. */
  public boolean isUsable() {
    return phase == Phase.READY || phase == Phase.READ_ONLY;
  }

  /** How far the database is. */
  public enum Phase {
    /** Never ready so far. */
    STARTING,
    READY,
    /** The server takes no writes now: a standby, or set so. */
    READ_ONLY,
    /** It was ready, and is lost; it will be tried again. */
    DOWN,
    CLOSED
  }
}
