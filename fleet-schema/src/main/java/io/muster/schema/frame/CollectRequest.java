package io.muster.schema.frame;

import java.util.Collection;
import java.util.List;

/**
 * A request to a collector for a fresh frame.
 *
 * @param sections singular names of the costly sections that the frame must contain in addition to
 *     those of every frame; a collector ignores unknown names. The only costly section is {@code
 *     process}
 */
public record CollectRequest(List<String> sections) {
  /** A request without costly sections. */
  public static final CollectRequest WITHOUT_COSTLY_SECTIONS = new CollectRequest(List.of());

  public CollectRequest {
    sections = List.copyOf(sections);
  }

  /** Returns the request for a frame with these sections. */
  public static CollectRequest of(Collection<Section> sections) {
    return sections.contains(Section.PROCESS)
        ? new CollectRequest(List.of(Section.PROCESS.singularName()))
        : WITHOUT_COSTLY_SECTIONS;
  }

  /** Returns true if the request contains the section. */
  public boolean contains(Section section) {
    return sections.contains(section.singularName());
  }
}
