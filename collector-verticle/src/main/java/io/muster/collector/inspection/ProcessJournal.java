package io.muster.collector.inspection;

import io.muster.schema.inspection.Journal;
import java.io.IOException;

/** The journal of one host, by process. Called on a separate thread; may block. */
@FunctionalInterface
public interface ProcessJournal {
  /** Reads the newest entries of one process; if there are none, the notice contains the reason. */
  Journal read(long pid) throws IOException, InterruptedException;
}
