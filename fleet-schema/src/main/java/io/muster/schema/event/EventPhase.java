package io.muster.schema.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The change of a condition that an event reports. */
public enum EventPhase {
  BEGIN,
  END;

  /** Returns the name on the wire. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the phase of this name; throws if there is none. */
  @JsonCreator
  public static EventPhase ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
