package io.muster.launcher.db.transfer;

/** The failure of an import because of its input. */
public final class InvalidRowException extends Exception {
  private static final long serialVersionUID = 1;

  private final long line;

  InvalidRowException(long line, String reason) {
    super(reason);
    this.line = line;
  }

  /** Returns the number of the line, from 1. */
  public long line() {
    return line;
  }
}
