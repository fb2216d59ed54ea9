package io.muster.launcher.node;

import java.util.List;

/**
 * The failure to start with the given settings: one line for each problem, naming the key and the
 * remedy. Exit code 2.
 */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  private final List<String> problems;

  public StartException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  public StartException(String problem, Throwable cause) {
    super(problem, cause);
    this.problems = List.of(problem);
  }

  /** Returns the problems in the order in which they were found. */
  public List<String> problems() {
    return problems;
  }
}
