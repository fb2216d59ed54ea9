package io.muster.schema.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import java.io.IOException;
import java.util.Map;

/**
 * Reads a {@link Flat} component from those keys of an object that belong to it. Safe for use by
 * any thread.
 *
 * @param <V> the values read from one object so far
 */
public interface FlatPart<V> {
  /** Returns a reader for each key of this part. */
  Map<String, KeyReader<V>> keys();

  /** Starts to read one object. */
  V start(JsonParser json, DeserializationContext context) throws IOException;

  /** Returns the component, after the last key of the object. */
  Object build(V values, DeserializationContext context) throws IOException;

  /** Adds the value at the parser's position to the values read so far. */
  @FunctionalInterface
  interface KeyReader<V> {
    void read(V values, JsonParser json, DeserializationContext context) throws IOException;
  }
}
