package io.muster.runtime.config;

import java.util.Optional;

/**
 * One value as it was given.
 *
 * @param value text
 * @param origin where it came from, such as {@code --set}, {@code MUSTER_API_TOKEN} or {@code
 *     muster.yaml}
 * @param isLenient a value that cannot be used is warned of, and does not stop the start
 * @param unmetRequirement what would have been right, when the value cannot be used whatever the
 *     key takes
 */
record Setting(String value, String origin, boolean isLenient, Optional<String> unmetRequirement) {
  Setting(String value, String origin) {
    this(value, origin, false, Optional.empty());
  }
}
