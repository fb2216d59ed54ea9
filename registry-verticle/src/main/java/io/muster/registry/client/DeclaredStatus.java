package io.muster.registry.client;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The status that a person, or the client itself, declared for a client. */
public enum DeclaredStatus {
  /** In use, and expected to report. */
  ACTIVE,
  /** Expected to report. */
  ONLINE,
  /** Not expected to report. */
  OFFLINE,
  /** Under maintenance: shown as such whether it reports or not, and without warnings. */
  MAINTENANCE,
  /** Broken: shown as such whether it reports or not. */
  ERROR;

  /** Returns the status of this name, which is lower case on the wire and in the database. */
  public static Optional<DeclaredStatus> of(String name) {
    return Arrays.stream(values()).filter(status -> status.wireName().equals(name)).findFirst();
  }

  /** The names of all statuses. */
  public static List<String> names() {
    return Arrays.stream(values()).map(DeclaredStatus::wireName).toList();
  }

  private String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
