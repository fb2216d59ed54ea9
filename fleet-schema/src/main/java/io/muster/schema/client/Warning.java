package io.muster.schema.client;

/**
 * Something that a person should look at. What is stored of it, and what of it is told by the time
 * of a request, is a bit of one mask; a client under maintenance has none.
 */
public enum Warning {
  /** It was declared to have an error. Told at a request. */
  DECLARED_ERROR(1, 20),
  /** It was heard two minutes to a day ago, and not declared offline. Told at a request. */
  LOST_CONTACT(1 << 1, 0),
  /** An accelerator is hot. Stored. */
  GPU_HOT(1 << 2, 10),
  /** A file system is 90 % full. Stored. */
  DISK_FULL(1 << 3, 5),
  /** Its memory is 95 % full. Stored. */
  MEMORY_FULL(1 << 4, 5),
  /** It has fewer accelerators than it had within the last day. Stored. */
  GPU_LOST(1 << 5, 20),
  /** An accelerator reports a fault: uncorrectable memory errors, an Xid. Stored. */
  GPU_FAULT(1 << 6, 20),
  /** It was heard in less than 90 % of yesterday. Told at a request. */
  LOW_UPTIME(1 << 7, 0),
  /** An accelerator is at the temperature at which it slows down; comes with GPU_HOT. Stored. */
  GPU_CRITICAL(1 << 8, 10),
  /** A file system is 95 % full; comes with DISK_FULL. Stored. */
  DISK_CRITICAL(1 << 9, 5);

  /** What all warnings together take off a score at most. */
  public static final int MAX_PENALTY = 40;

  private final int bit;
  private final int penalty;

  Warning(int bit, int penalty) {
    this.bit = bit;
    this.penalty = penalty;
  }

  /** Its place in a mask. */
  public int bit() {
    return bit;
  }

  /** Whether the mask has it. */
  public boolean isIn(int mask) {
    return (mask & bit) != 0;
  }

  /** What the warnings of a mask take off a health score, 0..40. */
  public static int penalty(int mask) {
    var totalPenalty = 0;
    for (var warning : values()) {
      totalPenalty += warning.isIn(mask) ? warning.penalty : 0;
    }
    return Math.min(MAX_PENALTY, totalPenalty);
  }
}
