package io.muster.schema.json;

/** The unit of a number, as the JSON Schema, the HELP lines and the metric names have it. */
public enum Unit {
  PERCENT("percent", "percent", ""),
  RATIO("ratio", "ratio of 0 to 1", ""),
  BYTES("bytes"),
  CELSIUS("celsius", "degrees Celsius", "_celsius"),
  WATTS("watts"),
  MILLIWATTS("milliwatts"),
  JOULES("joules"),
  MEGAHERTZ("megahertz", "MHz", "_mhz"),
  RPM("revolutions per minute", "revolutions per minute", "_rpm"),
  EPOCH_SECONDS("seconds", "seconds since the epoch", "_seconds"),
  COUNT("count", "", ""),
  STATE("state", "", ""),
  ID("id", "", "");

  private final String word;
  private final String helpText;
  private final String nameSuffix;

  Unit(String word) {
    this(word, word, "_" + word);
  }

  Unit(String word, String helpText, String nameSuffix) {
    this.word = word;
    this.helpText = helpText;
    this.nameSuffix = nameSuffix;
  }

  /** Returns the unit in the JSON Schema of a frame. */
  public String word() {
    return word;
  }

  /** Returns a help text with this unit at its end, if the unit is more than a count or a code. */
  public String describe(String help) {
    return helpText.isEmpty() ? help : help + ", " + helpText;
  }

  /** Returns a metric name that ends with this unit, as far as names of all-smi contain it. */
  public String suffixed(String name) {
    return name.endsWith(nameSuffix) ? name : name + nameSuffix;
  }
}
