package io.muster.schema.frame;

import java.util.Collection;
import java.util.List;

/**
 * Asks a collector for a frame that is fresh now.
 *
 * @param sections singular names of the costly sections that the frame must have beside those that
 *     every frame has; a collector ignores names that it does not know. There is one: {@code
 *     process}
 */
public record CollectRequest(List<String> sections) {
  /** Asks for nothing costly. */
  public static final CollectRequest WITHOUT_COSTLY_SECTIONS = new CollectRequest(List.of());

  public CollectRequest {
    sections = List.copyOf(sections);
  }

  /** Asks for what a reader of these sections needs. */
  public static CollectRequest of(Collection<Section> sections) {
    return sections.contains(Section.PROCESS)
        ? new CollectRequest(List.of(Section.PROCESS.singularName()))
        : WITHOUT_COSTLY_SECTIONS;
  }

  /** Whether the frame must have the section. */
  public boolean contains(Section section) {
    return sections.contains(section.singularName());
  }
}
