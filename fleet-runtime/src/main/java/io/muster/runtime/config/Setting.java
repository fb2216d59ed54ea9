package io.muster.runtime.config;

import java.util.Optional;

/**
 * One configured value.
 *
 * @param value text
 * @param origin source of the value, such as {@code --set}, {@code MUSTER_API_TOKEN} or {@code
 *     muster.yaml}
 * @param isLenient true if an invalid value is a warning, not a problem that prevents the start
 * @param unmetRequirement expected format, if the value is invalid regardless of the key's own
 *     checks
 */
record Setting(String value, String origin, boolean isLenient, Optional<String> unmetRequirement) {
  Setting(String value, String origin) {
    this(value, origin, false, Optional.empty());
  }
}
