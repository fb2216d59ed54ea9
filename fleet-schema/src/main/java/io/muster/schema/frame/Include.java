package io.muster.schema.frame;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The sections that a reader asks for.
 *
 * @param sections never empty
 */
public record Include(Set<Section> sections) {
  /** What a reader gets who does not ask: gpu, cpu, memory, chassis. */
  public static final Include DEFAULT =
      new Include(EnumSet.of(Section.GPU, Section.CPU, Section.MEMORY, Section.CHASSIS));

  /** Every section. */
  public static final Include ALL = new Include(EnumSet.allOf(Section.class));

  private static final Map<String, Section> NAMES =
      Map.ofEntries(
          Map.entry("gpu", Section.GPU),
          Map.entry("gpus", Section.GPU),
          Map.entry("cpu", Section.CPU),
          Map.entry("cpus", Section.CPU),
          Map.entry("memory", Section.MEMORY),
          Map.entry("mem", Section.MEMORY),
          Map.entry("chassis", Section.CHASSIS),
          Map.entry("process", Section.PROCESS),
          Map.entry("processes", Section.PROCESS),
          Map.entry("storage", Section.STORAGE),
          Map.entry("disk", Section.STORAGE));

  public Include {
    if (sections.isEmpty()) {
      throw new IllegalArgumentException("include names no section");
    }
    sections = Collections.unmodifiableSet(EnumSet.copyOf(sections));
  }

  /**
   * Parses a comma-separated list. Blanks and case do not matter, unknown names are ignored, and a
   * text that names no section at all means {@link #DEFAULT}.
   */
  public static Include parse(String text) {
    var named = EnumSet.noneOf(Section.class);
    for (var token : text.split(",", -1)) {
      var section = NAMES.get(token.trim().toLowerCase(Locale.ROOT));
      if (section != null) {
        named.add(section);
      }
    }
    return named.isEmpty() ? DEFAULT : new Include(named);
  }

  /** Whether the section is asked for. */
  public boolean contains(Section section) {
    return sections.contains(section);
  }
}
