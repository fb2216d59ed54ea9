package io.muster.registry.client;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a person, or a client itself, says of it. */
public enum DeclaredStatus {
  /** In use, and expected to be heard. */
  ACTIVE,
  /** Expected to be heard. */
  ONLINE,
  /** Not expected to be heard. */
  OFFLINE,
  /** Being worked on: shown as such whatever is heard, and not warned of. */
  MAINTENANCE,
  /** Broken: shown as such whatever is heard. */
  ERROR;

  /** The status of this name: lower case, as it travels and is stored. */
  public static Optional<DeclaredStatus> of(String name) {
    return Arrays.stream(values()).filter(status -> status.text().equals(name)).findFirst();
  }

  /** The names of all. */
  public static List<String> names() {
    return Arrays.stream(values()).map(DeclaredStatus::text).toList();
  }

  private String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
