package io.muster.schema.host;

import io.muster.schema.json.Flat;

/**
 * One process, or one process on one GPU: the 20 keys of all-smi's schema 1. A process on two GPUs
 * has two entries.
 */
public record ProcessEntry(
    @Flat ProcessIdentity identity,
    @Flat ProcessSchedule schedule,
    @Flat ProcessLoad load,
    @Flat ProcessGpuUse gpu) {
  /**
   * Returns the entry that is sent to clients: command truncated at 256 bytes, name and user at 128
   * each. Must be called once, before the entry is encoded.
   */
  public ProcessEntry withTruncatedTexts() {
    var truncated = identity.withTruncatedTexts();
    return truncated.equals(identity) ? this : new ProcessEntry(truncated, schedule, load, gpu);
  }

  /** Returns a copy with this use of a GPU. */
  public ProcessEntry withGpu(ProcessGpuUse use) {
    return new ProcessEntry(identity, schedule, load, use);
  }
}
