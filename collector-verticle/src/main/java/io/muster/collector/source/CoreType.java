package io.muster.collector.source;

/** Types of CPU cores; a host whose cores are all alike has standard ones only. */
public enum CoreType {
  STANDARD("Standard"),
  PERFORMANCE("Performance"),
  EFFICIENCY("Efficiency");

  private final String text;

  CoreType(String text) {
    this.text = text;
  }

  /** Returns the text of {@code core_type}. */
  public String text() {
    return text;
  }
}
