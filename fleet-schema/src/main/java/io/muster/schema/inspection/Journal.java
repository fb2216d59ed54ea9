package io.muster.schema.inspection;

import java.util.List;
import java.util.Optional;

/**
 * What a process lately said to the system's journal.
 *
 * @param entries newest first, at most {@link #MAX_ENTRIES}
 * @param truncated whether there may be more
 * @param notice why there are no entries, for a person
 */
public record Journal(List<JournalEntry> entries, boolean truncated, Optional<String> notice) {
  /** As many entries as an answer holds. */
  public static final int MAX_ENTRIES = 100;

  public Journal {
    entries = List.copyOf(entries);
  }
}
