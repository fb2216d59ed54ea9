package io.muster.runtime.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The problems of the settings: one line each, with the key and the remedy. Confined to one thread.
 */
public final class Problems {
  private final List<String> lines = new ArrayList<>();

  public void add(String line) {
    lines.add(line);
  }

  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** The problems in the order in which they were added. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
