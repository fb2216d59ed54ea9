package io.muster.runtime.database;

/**
 * The availability of the database.
 *
 * @param phase current phase
 * @param reason one line for the operator; never contains a password
 */
public record DatabaseState(Phase phase, String reason) {
  /** Returns true if statements are accepted: reads, and writes unless it is read-only. */
  public boolean isUsable() {
    return phase == Phase.READY || phase == Phase.READ_ONLY;
  }

  /** A phase of the database. */
  public enum Phase {
    /** Not ready since the start. */
    STARTING,
    READY,
    /** The server accepts no writes: a standby, or set read-only. */
    READ_ONLY,
    /** Lost after it was ready; connecting is retried. */
    DOWN,
    CLOSED
  }
}
