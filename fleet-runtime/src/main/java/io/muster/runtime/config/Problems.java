package io.muster.runtime.config;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with the settings: one line each, naming the key and the remedy. */
public final class Problems {
  private final List<String> lines = new ArrayList<>();

  /** Notes one more problem. */
  public void add(String line) {
    lines.add(line);
  }

  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** In the order in which they were found. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
