package io.muster.launcher.db;

/** A command could not do its work, and somebody may try again. Exit code 1. */
final class FailedException extends Exception {
  private static final long serialVersionUID = 1;

  FailedException(String line) {
    super(line);
  }
}
