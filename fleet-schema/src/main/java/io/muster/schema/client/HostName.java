package io.muster.schema.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireText;

/** The names that a host may have. */
public final class HostName {
  /** The limit of the Linux kernel, in bytes of UTF-8. */
  public static final int MAX_BYTES = 64;

  private HostName() {}

  /** Returns true if a host can have this name. No two valid names look the same by a joiner. */
  public static boolean isValid(String name) {
    return name.getBytes(UTF_8).length <= MAX_BYTES
        && !name.isBlank()
        && !WireText.hasControls(name)
        && !WireText.hasJoiners(name);
  }
}
