package io.muster.schema.frame;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The sections that a client requests.
 *
 * @param sections never empty
 */
public record SectionSelection(Set<Section> sections) {
  /** The sections of a response without {@code include}: gpu, cpu, memory, chassis. */
  public static final SectionSelection DEFAULT =
      new SectionSelection(EnumSet.of(Section.GPU, Section.CPU, Section.MEMORY, Section.CHASSIS));

  /** Every section. */
  public static final SectionSelection ALL = new SectionSelection(EnumSet.allOf(Section.class));

  private static final Map<String, Section> SECTIONS_BY_NAME =
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

  public SectionSelection {
    if (sections.isEmpty()) {
      throw new IllegalArgumentException("include contains no section");
    }
    sections = Collections.unmodifiableSet(EnumSet.copyOf(sections));
  }

  /**
   * Parses a comma-separated list. Blanks, case and unknown names are ignored; a text without any
   * known name means {@link #DEFAULT}.
   */
  public static SectionSelection parse(String text) {
    var selected = EnumSet.noneOf(Section.class);
    for (var token : text.split(",", -1)) {
      var section = SECTIONS_BY_NAME.get(token.trim().toLowerCase(Locale.ROOT));
      if (section != null) {
        selected.add(section);
      }
    }
    return selected.isEmpty() ? DEFAULT : new SectionSelection(selected);
  }

  /** Returns true if the section is requested. */
  public boolean contains(Section section) {
    return sections.contains(section);
  }
}
