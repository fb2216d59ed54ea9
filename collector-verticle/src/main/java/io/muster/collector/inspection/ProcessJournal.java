package io.muster.collector.inspection;

import io.muster.schema.inspection.Journal;
import java.io.IOException;

/** What the processes of one host said to its journal. Called on a thread of its own; may block. */
@FunctionalInterface
public interface ProcessJournal {
  /** The newest entries of one process; why there are none stands in the notice. */
  Journal read(long pid) throws IOException, InterruptedException;
}
