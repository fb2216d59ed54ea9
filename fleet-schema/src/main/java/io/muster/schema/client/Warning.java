package io.muster.schema.client;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A condition of a client that requires attention. Some warnings are stored, others are computed at
 * a request; each is one bit of a mask. A client under maintenance has none.
 */
public enum Warning {
  /** The client was declared to have an error. Computed at a request. */
  DECLARED_ERROR(1, 20),
  /**
   * The newest heartbeat was received two minutes to a day ago, and the client was not declared
   * offline. Computed at a request.
   */
  LOST_CONTACT(1 << 1, 0),
  /** An accelerator is hot. Stored. */
  GPU_HOT(1 << 2, 10),
  /** The file systems together are 90 % full. Stored. */
  DISK_FULL(1 << 3, 5),
  /** The main memory is 95 % full. Stored. */
  MEMORY_FULL(1 << 4, 5),
  /** The host has fewer accelerators than it had within the last day. Stored. */
  GPU_LOST(1 << 5, 20),
  /** An accelerator reports a fault: uncorrectable memory errors, an Xid. Stored. */
  GPU_FAULT(1 << 6, 20),
  /** The uptime of yesterday is below 90 %. Computed at a request. */
  LOW_UPTIME(1 << 7, 0),
  /**
   * An accelerator has reached the temperature at which it reduces its clocks; set together with
   * GPU_HOT. Stored.
   */
  GPU_CRITICAL(1 << 8, 10),
  /** The file systems together are 95 % full; set together with DISK_FULL. Stored. */
  DISK_CRITICAL(1 << 9, 5);

  /** Maximum that all warnings together subtract from a health score. */
  public static final int MAX_PENALTY = 40;

  private final int bit;
  private final int penalty;

  Warning(int bit, int penalty) {
    this.bit = bit;
    this.penalty = penalty;
  }

  /** Returns the bit of the warning in a mask. */
  public int bit() {
    return bit;
  }

  /** Returns true if the mask contains the warning. */
  public boolean isIn(int mask) {
    return (mask & bit) != 0;
  }

  /** Returns the warning of a name; empty if there is none. */
  public static Optional<Warning> of(String wireName) {
    return Arrays.stream(values()).filter(each -> each.wireName().equals(wireName)).findFirst();
  }

  /** Returns the name in lower case, as the REST interface has it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name and unit of the reading that shows the condition; empty if none does. */
  public Optional<String> readingName() {
    return switch (this) {
      case GPU_HOT, GPU_CRITICAL -> Optional.of("temperature_celsius");
      case DISK_FULL, DISK_CRITICAL -> Optional.of("storage_percent");
      case MEMORY_FULL -> Optional.of("memory_percent");
      case GPU_LOST -> Optional.of("missing_gpus");
      case LOW_UPTIME -> Optional.of("uptime_percent");
      case DECLARED_ERROR, LOST_CONTACT, GPU_FAULT -> Optional.empty();
    };
  }

  /** Returns the points that the warning subtracts from a health score. */
  public int penalty() {
    return penalty;
  }
}
