package io.muster.schema.inspection;

import java.util.List;
import java.util.Optional;

/**
 * The newest entries of a process in the system journal.
 *
 * @param entries newest first, at most {@link #MAX_ENTRIES}
 * @param truncated true if there may be more entries
 * @param notice reason that there are no entries, as text for people
 */
public record Journal(List<JournalEntry> entries, boolean truncated, Optional<String> notice) {
  /** Maximum number of entries. */
  public static final int MAX_ENTRIES = 100;

  public Journal {
    entries = List.copyOf(entries);
  }
}
