package io.muster.schema.frame;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/**
 * Why a section, or a part of it, has no fresh reading.
 *
 * @param section singular name of the section
 * @param kind what went wrong
 * @param message for a person: the source, what it was asked, what it answered
 */
public record SectionError(String section, Kind kind, String message) {
  public SectionError(Section section, Kind kind, String message) {
    this(section.singularName(), kind, message);
  }

  /** What went wrong. */
  public enum Kind {
    /** The source did not answer within its budget. */
    TIMEOUT,
    /** The source broke down; never written by Muster, which reports {@link #ERROR}. */
    PANIC,
    /** The source answered with an error. */
    ERROR,
    /** The host stopped sending frames. */
    STALE;

    @JsonValue
    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * A kind that this version does not know is an {@link #ERROR}: a newer collector may add one.
     */
    @JsonCreator
    static Kind ofWireName(String wireName) {
      return Arrays.stream(values())
          .filter(kind -> kind.wireName().equals(wireName))
          .findFirst()
          .orElse(ERROR);
    }
  }
}
