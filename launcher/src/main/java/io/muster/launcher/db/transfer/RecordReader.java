package io.muster.launcher.db.transfer;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of an input by their keys, read one at a time. */
interface RecordReader {
  /** Returns the keys of all records, or of the first. */
  Collection<String> keys();

  /** Reads the next record; a value that is missing is null. Empty after the last. */
  Optional<Map<String, @Nullable String>> next() throws IOException, InvalidRowException;

  /** Returns the text of a field. */
  String decode(String field);
}
