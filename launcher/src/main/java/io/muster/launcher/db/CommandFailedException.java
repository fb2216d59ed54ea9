package io.muster.launcher.db;

/** A command could not do its work, and somebody may try again. Exit code 1. */
final class CommandFailedException extends Exception {
  private static final long serialVersionUID = 1;

  CommandFailedException(String message) {
    super(message);
  }
}
