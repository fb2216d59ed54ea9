package io.muster.schema.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import java.io.IOException;

/** Reads a {@link Flat} component from those keys of an object that belong to it. */
public interface FlatPart {
  /** Starts to read one object. */
  Values start(JsonParser json, DeserializationContext context) throws IOException;

  /** The values read from one object so far. Used by the reading thread only. */
  interface Values {
    /**
     * Reads the value at the parser's position if the key belongs to this part; else returns false
     * and leaves the parser where it is.
     */
    boolean read(String key, JsonParser json, DeserializationContext context) throws IOException;

    /** Returns the component, after the last key of the object. */
    Object build(DeserializationContext context) throws IOException;
  }
}
