package io.muster.schema.frame;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.muster.schema.json.WireText;
import java.util.Arrays;
import java.util.Locale;

/**
 * The reason that a section, or a part of it, has no fresh reading.
 *
 * @param section singular name of the section
 * @param kind kind of the error
 * @param message text for people: the source, the request, and its result
 */
public record SectionError(String section, Kind kind, String message) {
  private static final int MAX_TEXT_BYTES = 1024;

  public SectionError(Section section, Kind kind, String message) {
    this(section.singularName(), kind, message);
  }

  /**
   * Returns the error with texts of bounded length and without control characters, because the one
   * of a device driver may have any.
   */
  public SectionError withSafeTexts() {
    return new SectionError(
        WireText.excerpt(section, MAX_TEXT_BYTES), kind, WireText.excerpt(message, MAX_TEXT_BYTES));
  }

  /** Kind of an error. */
  public enum Kind {
    /** The source did not return within its deadline. */
    TIMEOUT,
    /** The source crashed; never written by Muster, which reports {@link #ERROR}. */
    PANIC,
    /** The source returned an error. */
    ERROR,
    /** The host stopped sending frames. */
    STALE;

    @JsonValue
    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns {@link #ERROR} for an unknown kind, because a newer collector may add kinds. */
    @JsonCreator
    static Kind ofWireName(String wireName) {
      return Arrays.stream(values())
          .filter(kind -> kind.wireName().equals(wireName))
          .findFirst()
          .orElse(ERROR);
    }
  }
}
