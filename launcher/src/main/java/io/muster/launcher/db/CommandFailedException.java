package io.muster.launcher.db;

/** The failure of a command that may succeed when it is run again. Exit code 1. */
final class CommandFailedException extends Exception {
  private static final long serialVersionUID = 1;

  CommandFailedException(String message) {
    super(message);
  }
}
