package io.muster.schema.frame;

import java.util.Locale;

/**
 * A section of a frame. The constants are in the alphabetical order of their keys, which is the
 * order on the wire.
 */
public enum Section {
  CHASSIS("chassis"),
  CPU("cpus"),
  GPU("gpus"),
  MEMORY("memory"),
  PROCESS("processes"),
  STORAGE("storage");

  private final String key;

  Section(String key) {
    this.key = key;
  }

  /**
   * Returns the key of the section's array in a frame: {@code gpus}, {@code cpus}, {@code
   * processes}, ...
   */
  public String key() {
    return key;
  }

  /**
   * Returns the singular name, as used by {@code include} and {@code errors[].section}: {@code
   * gpu}, {@code cpu}, ...
   */
  public String singularName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
